/**
 * Systems Manager. Limits: API reference, RegisterTaskWithMaintenanceWindow and
 * MaintenanceWindowStepFunctionsParameters. Replacements: Terraform, aws_ssm_maintenance_window_task (window_id,
 * task_type). The stand-in knows no windows: every well-formed id exists.
 */
import { randomUUID } from "node:crypto";
import { requireTrust } from "../account/role-access.ts";
import { textOf } from "../values.ts";
import { integer, json, oneOf, text } from "./checks.ts";
import { ROLE_ARN } from "./iam.ts";
import { arn, type ResourceRules } from "./resource-rules.ts";

const MAX_CONCURRENCY = text({ minimum: 1, maximum: 7, pattern: /^([1-9]\d*|[1-9]\d?%|100%)$/u });
const MAX_ERRORS = text({ minimum: 1, maximum: 7, pattern: /^([1-9]\d*|0|[1-9]\d?%|0%|100%)$/u });

const windowTask: ResourceRules = {
  autoName: { property: "name", maximum: 255 },
  replaces: ["windowId", "taskType"],
  checks: {
    // Pulumi's suffix may make it longer than AWS allows.
    name: text({ minimum: 3, maximum: 128, pattern: /^[\w.-]+$/u }),
    windowId: text({ pattern: /^mw-[0-9a-f]{17}$/u }),
    description: text({ minimum: 1, maximum: 128 }),
    taskType: oneOf("RUN_COMMAND", "AUTOMATION", "STEP_FUNCTIONS", "LAMBDA"),
    taskArn: text({ minimum: 1, maximum: 1600 }),
    serviceRoleArn: ROLE_ARN,
    priority: integer(0, 2_147_483_647),
    maxConcurrency: MAX_CONCURRENCY,
    maxErrors: MAX_ERRORS,
    "taskInvocationParameters.stepFunctionsParameters.input": json(4096),
    "taskInvocationParameters.stepFunctionsParameters.name": text({ minimum: 1, maximum: 80 }),
  },
  identify: (_inputs, scope) => {
    const windowTaskId = randomUUID();
    return { id: windowTaskId, outputs: { windowTaskId, arn: arn(scope, "ssm", `windowtask/${windowTaskId}`) } };
  },
  requires: (inputs, account) => {
    const role = textOf(inputs, "serviceRoleArn");
    if (role !== "") requireTrust(account, role, "ssm.amazonaws.com");
  },
};

export const SYSTEMS_MANAGER: Readonly<Record<string, ResourceRules>> = {
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": windowTask,
};
