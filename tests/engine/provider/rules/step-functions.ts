/**
 * Step Functions. Limits: API reference, CreateStateMachine; Developer Guide, "Quotas". Replacements: Terraform,
 * aws_sfn_state_machine (name, name_prefix, type).
 */
import { requireAccess, requireTrust } from "../account/role-access.ts";
import { isObject, objectOf, textOf } from "../values.ts";
import { integer, json, oneOf, parsed, text } from "./checks.ts";
import { ROLE_ARN } from "./iam.ts";
import { arn, type ResourceRules } from "./resource-rules.ts";

const DEFINITION_BYTES = 1_048_576;

const stateMachine: ResourceRules = {
  autoName: { property: "name", maximum: 80, prefix: "namePrefix" },
  replaces: ["name", "namePrefix", "type"],
  checks: {
    name: text({ minimum: 1, maximum: 80, pattern: /^[\w-]+$/u }),
    roleArn: (value) => ROLE_ARN(value) ?? text({ maximum: 256 })(value),
    type: oneOf("STANDARD", "EXPRESS"),
    definition: definitionProblem,
    "loggingConfiguration.level": oneOf("ALL", "ERROR", "FATAL", "OFF"),
    "loggingConfiguration.logDestination": text({ pattern: /^arn:aws[\w-]*:logs:.+:log-group:.+:\*$/u }),
    "encryptionConfiguration.kmsDataKeyReusePeriodSeconds": integer(60, 900),
  },
  identify: (inputs, scope) => {
    const own = arn(scope, "states", `stateMachine:${textOf(inputs, "name")}`);
    return { id: own, outputs: { arn: own, creationDate: new Date().toISOString(), status: "ACTIVE" } };
  },
  defaults: { type: "STANDARD", publish: false },
  existing: { refusal: (name) => `StateMachineAlreadyExists: State Machine Already Exists: '${name}'` },
  requires: (inputs, account) => {
    const roleArn = textOf(inputs, "roleArn");
    requireTrust(account, roleArn, "states.amazonaws.com");
    const { level = "OFF" } = objectOf(inputs, "loggingConfiguration");
    if (level !== "OFF") requireAccess(account, roleArn, "logs:CreateLogDelivery", "*");
  },
};

export const STEP_FUNCTIONS: Readonly<Record<string, ResourceRules>> = {
  "aws:sfn/stateMachine:StateMachine": stateMachine,
};

function definitionProblem(value: unknown): string | undefined {
  const problem = json(DEFINITION_BYTES)(value);
  if (problem !== undefined) return problem;
  const definition = parsed(String(value));
  if (!isObject(definition)) return "InvalidDefinition: must be a JSON object";
  const { StartAt, States } = definition;
  if (!isObject(States)) return "InvalidDefinition: must have States";
  return typeof StartAt === "string" && StartAt in States
    ? undefined
    : "InvalidDefinition: StartAt must name one of the States";
}
