/**
 * What belongs to a Lambda function. Limits: Lambda API reference, AddPermission, CreateEventSourceMapping,
 * PutFunctionRecursionConfig. Replacements: Terraform, aws_lambda_permission (every argument),
 * aws_lambda_event_source_mapping (event_source_arn and the starting position), aws_lambda_function_recursion_config
 * (function_name).
 */
import { randomUUID } from "node:crypto";
import type { AccountEntry } from "../account/account-entry.ts";
import type { Account } from "../account/account.ts";
import { AwsError } from "../account/aws-error.ts";
import { requireAccess } from "../account/role-access.ts";
import type { Failure } from "../schema/validate.ts";
import { isUnknown, numberOf, textOf, type Values } from "../values.ts";
import { arnOf, integer, oneOf, text } from "./checks.ts";
import { KMS_KEY_ARN } from "./kms-key.ts";
import { FUNCTION, lambdaFunction } from "./lambda.ts";
import { arn, type ResourceRules, type Scope } from "./resource-rules.ts";

const QUEUE = "aws:sqs/queue:Queue";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
/** A standard queue's default of SQS. */
const VISIBILITY_TIMEOUT_SECONDS = 30;
const FUNCTION_TIMEOUT_SECONDS = 3;

const permission: ResourceRules = {
  autoName: { property: "statementId", maximum: 100, prefix: "statementIdPrefix" },
  replaces: [
    ...["action", "eventSourceToken", "function", "functionUrlAuthType", "invokedViaFunctionUrl", "principal"],
    ...["principalOrgId", "qualifier", "sourceAccount", "sourceArn", "statementId", "statementIdPrefix"],
  ],
  checks: {
    action: text({ pattern: /^(lambda:(\*|[a-zA-Z]+)|\*)$/u }),
    principal: text({ minimum: 1, pattern: /^\S+$/u }),
    statementId: text({ minimum: 1, maximum: 100, pattern: /^[\w-]+$/u }),
    sourceArn: text({ pattern: /^arn:aws[\w-]*:[\w-]+:.*$/u }),
    sourceAccount: text({ pattern: /^\d{12}$/u }),
  },
  identify: (inputs) => {
    const id = textOf(inputs, "statementId");
    return { id, key: `${textOf(inputs, "function").split(":").at(-1)}/${id}`, outputs: {} };
  },
  existing: { refusal: (name) => `ResourceConflictException: The statement id (${name}) provided already exists.` },
  requires: (inputs, account, scope) => void functionOf(account, scope, textOf(inputs, "function")),
};

const mapping: ResourceRules = {
  replaces: [
    ...["eventSourceArn", "startingPosition", "startingPositionTimestamp", "queues", "topics"],
    ...["selfManagedEventSource", "amazonManagedKafkaEventSourceConfig", "selfManagedKafkaEventSourceConfig"],
  ],
  checks: {
    batchSize: integer(1, 10_000),
    maximumBatchingWindowInSeconds: integer(0, 300),
    "scalingConfig.maximumConcurrency": integer(2, 1000),
    eventSourceArn: arnOf("sqs"),
    kmsKeyArn: KMS_KEY_ARN,
    functionResponseTypes: (value) =>
      JSON.stringify(value) === '["ReportBatchItemFailures"]' ? undefined : "must be ReportBatchItemFailures",
  },
  together: mappingFailures,
  identify: (_inputs, scope) => {
    const uuid = randomUUID();
    return { id: uuid, outputs: { uuid, arn: arn(scope, "lambda", `event-source-mapping:${uuid}`) } };
  },
  derive: (inputs) => ({ state: inputs["enabled"] === false ? "Disabled" : "Enabled" }),
  defaults: { enabled: true, batchSize: 10, maximumBatchingWindowInSeconds: 0 },
  requires: requireSource,
  beforeCreate: requireFirst,
};

const recursion: ResourceRules = {
  replaces: ["functionName"],
  checks: { recursiveLoop: oneOf("Allow", "Terminate") },
  identify: (inputs) => ({ id: textOf(inputs, "functionName"), outputs: {} }),
  existing: "overwrite",
  requires: (inputs, account, scope) => void functionOf(account, scope, textOf(inputs, "functionName")),
};

export const LAMBDA: Readonly<Record<string, ResourceRules>> = {
  [FUNCTION]: lambdaFunction,
  "aws:lambda/permission:Permission": permission,
  [MAPPING]: mapping,
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": recursion,
};

/** @param nameOrArn the function's name or ARN */
function functionOf(account: Account, { region }: Scope, nameOrArn: string): AccountEntry {
  const key = nameOrArn.split(":function:").at(-1) ?? nameOrArn;
  const found = account.get({ type: FUNCTION, region, key });
  if (found === undefined) throw new AwsError("ResourceNotFoundException", `Function not found: ${nameOrArn}`);
  return found;
}

function requireSource(inputs: Values, account: Account, scope: Scope): void {
  const { inputs: lambda } = functionOf(account, scope, textOf(inputs, "functionName"));
  const source = textOf(inputs, "eventSourceArn");
  const queue = account.byArn(QUEUE, source);
  if (queue === undefined) throw new AwsError("InvalidParameterValueException", `the queue ${source} does not exist`);
  for (const action of ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]) {
    requireAccess(account, textOf(lambda, "role"), action, source);
  }
  const visibility = numberOf(queue.inputs, "visibilityTimeoutSeconds") ?? VISIBILITY_TIMEOUT_SECONDS;
  const timeout = numberOf(lambda, "timeout") ?? FUNCTION_TIMEOUT_SECONDS;
  if (visibility < timeout) {
    throw new AwsError(
      "InvalidParameterValueException",
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`,
    );
  }
}

/** A queue invokes a function through one mapping only. */
function requireFirst(inputs: Values, account: Account): void {
  const { functionName, eventSourceArn } = inputs;
  const same = account
    .all(MAPPING)
    .find(({ inputs: other }) => other["eventSourceArn"] === eventSourceArn && other["functionName"] === functionName);
  if (same === undefined) return;
  throw new AwsError(
    "ResourceConflictException",
    `An event source mapping with ${textOf(inputs, "eventSourceArn")} and ${textOf(inputs, "functionName")} exists`,
  );
}

function mappingFailures(inputs: Values): Failure[] {
  const batchSize = numberOf(inputs, "batchSize") ?? 10;
  const window = inputs["maximumBatchingWindowInSeconds"] ?? 0;
  const short = !isUnknown(window) && Number(window) < 1;
  return batchSize > 10 && short
    ? [{ property: "maximumBatchingWindowInSeconds", reason: "must be at least 1 for a batch size of more than 10" }]
    : [];
}
