/**
 * The IAM permissions that each API call of the functions, the state machine, the pollers and the commands needs.
 * Action names, resource types and ARN forms follow the Service Authorization Reference. A test compares them with its
 * machine-readable form.
 */
import { dnsSuffixOf } from "../../program/partition.ts";
import type { Caller } from "../../gateway/stand-in.ts";

/** One action on one resource. */
export interface Permission {
  /** `service:Action`. */
  readonly action: string;
  /** ARN, or `*` if the action has no resource type. */
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

type Input = Readonly<Record<string, unknown>>;
type Rule = (input: Input, caller: Caller) => Permission[];

/** Actions without a resource type. Their policy can only allow them on `*`. */
const anyResource =
  (action: string): Rule =>
  () => [{ action, resource: "*", context: {} }];

const onNodes =
  (action: string): Rule =>
  (input, caller) => {
    const ids = strings(input["InstanceIds"]) ?? strings([input["InstanceId"]]) ?? [];
    // Without a readable id the service refuses the request itself. Until then any instance may be meant.
    const nodes = ids.length > 0 ? ids : ["*"];
    return unique(nodes.map((id) => ({ action, resource: nodeArn(id, caller), context: {} })));
  };

const onHub =
  (action: string): Rule =>
  (_input, caller) => [{ action, resource: arn("securityhub", caller, "hub/default"), context: {} }];

const onKey =
  (action: string): Rule =>
  (input, caller) => {
    const key = required(input, "KeyId", action);
    return [{ action, resource: key.startsWith("arn:") ? key : arn("kms", caller, `key/${key}`), context: {} }];
  };

const onQueue =
  (action: string): Rule =>
  (input, caller) => [{ action, resource: queueArn(input, caller), context: {} }];

const onStateMachine =
  (action: string): Rule =>
  (input) => [{ action, resource: required(input, "stateMachineArn", action), context: {} }];

const onLogStream =
  (action: string): Rule =>
  (input, caller) => {
    const group = required(input, "logGroupName", action);
    const stream = required(input, "logStreamName", action);
    return [{ action, resource: arn("logs", caller, `log-group:${group}:log-stream:${stream}`), context: {} }];
  };

const RULES: ReadonlyMap<string, Rule> = new Map([
  ["ssm:DescribeInstancePatchStates", onNodes("ssm:DescribeInstancePatchStates")],
  ["ssm:DescribeInstancePatches", onNodes("ssm:DescribeInstancePatches")],
  ["ssm:DescribeInstanceInformation", anyResource("ssm:DescribeInstanceInformation")],
  ["ssm:ListComplianceItems", anyResource("ssm:ListComplianceItems")],
  ["ssm:ListResourceComplianceSummaries", anyResource("ssm:ListResourceComplianceSummaries")],
  ["ssm:ListInventoryEntries", anyResource("ssm:ListInventoryEntries")],
  ["ssm:ListAssociations", anyResource("ssm:ListAssociations")],
  ["ssm:ListCommands", anyResource("ssm:ListCommands")],
  ["ssm:ListCommandInvocations", anyResource("ssm:ListCommandInvocations")],
  ["ssm:DescribeMaintenanceWindowExecutionTasks", anyResource("ssm:DescribeMaintenanceWindowExecutionTasks")],
  [
    "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
    anyResource("ssm:DescribeMaintenanceWindowExecutionTaskInvocations"),
  ],
  ["ssm:GetMaintenanceWindow", getMaintenanceWindow],
  ["ec2:DescribeInstances", anyResource("ec2:DescribeInstances")],
  ["tag:GetResources", anyResource("tag:GetResources")],
  ["securityhub:BatchImportFindings", importFindings],
  ["securityhub:GetFindings", onHub("securityhub:GetFindings")],
  ["securityhub:BatchUpdateFindings", updateFindings],
  ["securityhub:DescribeHub", onHub("securityhub:DescribeHub")],
  ["securityhub:ListEnabledProductsForImport", onHub("securityhub:ListEnabledProductsForImport")],
  ["securityhub:EnableImportFindingsForProduct", onHub("securityhub:EnableImportFindingsForProduct")],
  ["securityhub:DisableImportFindingsForProduct", onHub("securityhub:DisableImportFindingsForProduct")],
  ["securityhub:ListStandardsControlAssociations", anyResource("securityhub:ListStandardsControlAssociations")],
  ["securityhub:ListFindingAggregators", anyResource("securityhub:ListFindingAggregators")],
  ["securityhub:GetFindingAggregator", getFindingAggregator],
  ["securityhub:GetInsights", onHub("securityhub:GetInsights")],
  ["kms:DescribeKey", onKey("kms:DescribeKey")],
  ["kms:GetKeyPolicy", onKey("kms:GetKeyPolicy")],
  ["sts:GetCallerIdentity", anyResource("sts:GetCallerIdentity")],
  ["lambda:GetAccountSettings", anyResource("lambda:GetAccountSettings")],
  ["sqs:SendMessage", onQueue("sqs:SendMessage")],
  ["sqs:SendMessageBatch", onQueue("sqs:SendMessage")],
  ["sqs:ReceiveMessage", onQueue("sqs:ReceiveMessage")],
  ["sqs:DeleteMessage", onQueue("sqs:DeleteMessage")],
  ["sqs:DeleteMessageBatch", onQueue("sqs:DeleteMessage")],
  ["sqs:ChangeMessageVisibility", onQueue("sqs:ChangeMessageVisibility")],
  ["sqs:ChangeMessageVisibilityBatch", onQueue("sqs:ChangeMessageVisibility")],
  ["sqs:GetQueueAttributes", onQueue("sqs:GetQueueAttributes")],
  ["sqs:ListQueues", anyResource("sqs:ListQueues")],
  ["states:ListStateMachines", anyResource("states:ListStateMachines")],
  ["states:DescribeStateMachine", onStateMachine("states:DescribeStateMachine")],
  ["states:ListExecutions", onStateMachine("states:ListExecutions")],
  ["states:StartExecution", onStateMachine("states:StartExecution")],
  ["states:DescribeExecution", describeExecution],
  ["lambda:Invoke", invokeFunction],
  ["events:PutEvents", putEvents],
  ["xray:PutTraceSegments", anyResource("xray:PutTraceSegments")],
  ["xray:PutTelemetryRecords", anyResource("xray:PutTelemetryRecords")],
  ["xray:GetSamplingRules", anyResource("xray:GetSamplingRules")],
  ["xray:GetSamplingTargets", anyResource("xray:GetSamplingTargets")],
  ["logs:CreateLogStream", onLogStream("logs:CreateLogStream")],
  ["logs:PutLogEvents", onLogStream("logs:PutLogEvents")],
]);

/** Every operation that {@link requiredPermissions} knows, as `service:Operation`. */
export const knownOperations: readonly string[] = [...RULES.keys()];

/**
 * Returns the permissions that an API call needs. All of them must be allowed.
 * @param service IAM's prefix of the service, such as `sqs` or `states`
 * @param operation the API operation, which is not always the name of the action (`SendMessageBatch`, `Invoke`)
 * @returns at least one permission
 * @throws {Error} an operation that is not in the table, or a request that names no resource
 */
export function requiredPermissions(service: string, operation: string, input: Input, caller: Caller): Permission[] {
  const rule = RULES.get(`${service}:${operation}`);
  if (rule === undefined) {
    throw new Error(
      `No permission is known for ${service}:${operation}; known: ${knownOperations.join(", ")}. ` +
        "Add it to local/services/iam/iam-actions.ts from the Service Authorization Reference",
    );
  }
  return rule(input, caller);
}

/**
 * The actions on the KMS key of an encrypted queue that SQS needs from the caller (SQS developer guide, key
 * management).
 */
const KEY_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "sqs:SendMessage": ["kms:GenerateDataKey", "kms:Decrypt"],
  "sqs:ReceiveMessage": ["kms:Decrypt"],
};

/**
 * Returns the permissions on the queue's key that an SQS call needs. @param key ARN of the key, if the queue has one
 */
export function keyPermissions({ action }: Permission, key: string | undefined, caller: Caller): Permission[] {
  if (key === undefined) return [];
  const domain = dnsSuffixOf(partitionOf(caller));
  const context = { "kms:ViaService": `sqs.${caller.region}.${domain}` };
  return (KEY_ACTIONS[action] ?? []).map((keyAction) => ({ action: keyAction, resource: key, context }));
}

/** Returns one permission per finding: on its product, with the account of the finding. */
function importFindings(input: Input, caller: Caller): Permission[] {
  const findings: readonly unknown[] = Array.isArray(input["Findings"]) ? input["Findings"] : [];
  const asked = findings.length > 0 ? findings : [{}];
  const action = "securityhub:BatchImportFindings";
  const ownProduct = arn("securityhub", caller, `product/${caller.account}/default`);
  return unique(
    asked.map((finding) => ({
      action,
      resource: text(finding, "ProductArn") ?? ownProduct,
      context: { "securityhub:TargetAccount": text(finding, "AwsAccountId") ?? caller.account },
    })),
  );
}

/**
 * Returns the permission with a condition key for each field that the update sets: `Workflow.Status`, `Severity.Label`,
 * and for maps and lists of records the names of their parts.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchupdatefindings.html
 */
function updateFindings(input: Input, caller: Caller): Permission[] {
  const fields = Object.entries(input).filter(([field]) => field !== "FindingIdentifiers");
  const context = Object.fromEntries(
    fields.flatMap(([field, value]) =>
      fieldPaths(field, value).map(([path, set]) => [`securityhub:ASFFSyntaxPath/${path}`, set]),
    ),
  );
  return [{ action: "securityhub:BatchUpdateFindings", resource: arn("securityhub", caller, "hub/default"), context }];
}

/**
 * Returns the condition keys of a field. In IAM a list has several values. This program's policies only test for their
 * presence, so one text represents them all.
 */
function fieldPaths(field: string, value: unknown): [string, string][] {
  if (field === "UserDefinedFields") return ["key", "value"].map((part) => [`${field}.${part}`, JSON.stringify(value)]);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [[field, typeof value === "string" ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).map(([part, set]) => [
    `${field}.${part}`,
    typeof set === "string" ? set : JSON.stringify(set),
  ]);
}

function getFindingAggregator(input: Input): Permission[] {
  const action = "securityhub:GetFindingAggregator";
  return [{ action, resource: required(input, "FindingAggregatorArn", action), context: {} }];
}

function getMaintenanceWindow(input: Input, caller: Caller): Permission[] {
  const action = "ssm:GetMaintenanceWindow";
  const window = required(input, "WindowId", action);
  return [{ action, resource: arn("ssm", caller, `maintenancewindow/${window}`), context: {} }];
}

function describeExecution(input: Input): Permission[] {
  const action = "states:DescribeExecution";
  return [{ action, resource: required(input, "executionArn", action), context: {} }];
}

/** The buses of the entries. An entry without one goes to the default bus. */
function putEvents({ Entries: entries }: Input, caller: Caller): Permission[] {
  const names = (Array.isArray(entries) ? entries : [{}]).map((entry: { EventBusName?: string }) => entry.EventBusName);
  return unique(
    names.map((name = "default") => ({
      action: "events:PutEvents",
      resource: name.startsWith("arn:") ? name : arn("events", caller, `event-bus/${name}`),
      context: {},
    })),
  );
}

function invokeFunction(input: Input, caller: Caller): Permission[] {
  const name = required(input, "FunctionName", "lambda:Invoke");
  const resource = name.startsWith("arn:") ? name : arn("lambda", caller, `function:${name}`);
  return [{ action: "lambda:InvokeFunction", resource, context: {} }];
}

/** Returns a queue's ARN from the path of its URL, `/ACCOUNT/NAME`. The host may be AWS or a loopback address. */
function queueArn(input: Input, caller: Caller): string {
  const url = required(input, "QueueUrl", "sqs");
  const [, account, name] = /^\/(\d{12})\/([\w-]{1,80}(?:\.fifo)?)$/.exec(URL.parse(url)?.pathname ?? "") ?? [];
  if (account === undefined || name === undefined) {
    throw new Error(`QueueUrl ${JSON.stringify(url)} names no queue; allowed: http://HOST:PORT/ACCOUNT/NAME`);
  }
  return `arn:${partitionOf(caller)}:sqs:${caller.region}:${account}:${name}`;
}

function nodeArn(id: string, caller: Caller): string {
  return id.startsWith("mi-") ? arn("ssm", caller, `managed-instance/${id}`) : arn("ec2", caller, `instance/${id}`);
}

function arn(service: string, caller: Caller, resource: string): string {
  return `arn:${partitionOf(caller)}:${service}:${caller.region}:${caller.account}:${resource}`;
}

/** Returns the partition (`aws`, `aws-cn`, `aws-us-gov`) from the ARN of the caller's role. */
function partitionOf(caller: Caller): string {
  const [prefix, partition] = caller.roleArn.split(":");
  if (prefix !== "arn" || !partition) throw new Error(`Caller's role ${JSON.stringify(caller.roleArn)} is not an ARN`);
  return partition;
}

function required(input: Input, key: string, action: string): string {
  const value = text(input, key);
  if (value === undefined) throw new Error(`${action} without ${key}: nothing to authorise; give a non-empty string`);
  return value;
}

function text(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === "string" && found !== "" ? found : undefined;
}

function strings(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
}

function unique(permissions: Permission[]): Permission[] {
  return [...new Map(permissions.map((permission) => [JSON.stringify(permission), permission])).values()];
}
