/** The tasks of maintenance windows in the captured program. */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Admission } from "../../gateway/admission.ts";
import type { CapturedResource } from "../../program/captured-resource.ts";
import { arnParts, readInputs } from "../../program/resource-inputs.ts";
import type { Caller } from "../../gateway/stand-in.ts";
import type { StepFunctions } from "../step-functions/step-functions.ts";

const taskSchema = z.strictObject({
  windowId: z.string(),
  taskType: z.literal("STEP_FUNCTIONS"),
  taskArn: z.string(),
  serviceRoleArn: z.string(),
  priority: z.int().min(0),
  taskInvocationParameters: z.strictObject({
    // A fixed execution name would be refused the second time.
    stepFunctionsParameters: z.strictObject({ input: z.string().max(4_096) }),
  }),
});

/** One STEP_FUNCTIONS task without targets. It starts one execution per execution of its window. */
export interface WindowTask {
  readonly windowId: string;
  readonly roleArn: string;
  /** Starts the task's execution, as the window does at its end. */
  run(windowExecutionId: string): void;
}

/**
 * Reads a task.
 * @throws {Error} a setting that the local run does not support
 */
export function windowTask(
  resource: CapturedResource,
  { admission, machines }: { readonly admission: Admission; readonly machines: StepFunctions },
): WindowTask {
  const inputs = readInputs(resource, taskSchema);
  const { account } = arnParts(inputs.taskArn);
  const caller: Caller = { roleArn: inputs.serviceRoleArn, account, region: resource.region };
  return {
    windowId: inputs.windowId,
    roleArn: inputs.serviceRoleArn,
    run: (windowExecutionId) => {
      const pseudo: Readonly<Record<string, string>> = {
        WINDOW_ID: inputs.windowId,
        WINDOW_EXECUTION_ID: windowExecutionId,
      };
      const text = inputs.taskInvocationParameters.stepFunctionsParameters.input;
      const name = randomUUID();
      const input = text.replaceAll(/\{\{(\w+)\}\}/g, (whole, key: string) => pseudo[key] ?? whole);
      const request = { stateMachineArn: inputs.taskArn, name, input };
      admission.authorize({ service: "states", operation: "StartExecution", input: request, caller });
      machines.call("StartExecution", request);
      const executionArn = `${inputs.taskArn.replace(":stateMachine:", ":execution:")}:${name}`;
      admission.authorize({ service: "states", operation: "DescribeExecution", input: { executionArn }, caller });
    },
  };
}
