/**
 * SQS. Limits: SQS API reference, CreateQueue and SetQueueAttributes; Developer Guide, "Quotas". Replacements: Pulumi
 * registry and Terraform, aws.sqs.Queue and aws_sqs_queue ("Forces new resource").
 */
import { dnsSuffixOf } from "../../../../local/program/partition.ts";
import { AwsError } from "../account/aws-error.ts";
import type { Failure } from "../schema/validate.ts";
import { isObject, isUnknown, textOf, type Values } from "../values.ts";
import { integer, oneOf, parsed, text } from "./checks.ts";
import { KMS_KEY } from "./kms-key.ts";
import { policyDocument } from "./policy-documents.ts";
import { arn, type ResourceRules, type Scope } from "./resource-rules.ts";

const QUEUE = "aws:sqs/queue:Queue";

export const POLICY = policyDocument({
  maximumBytes: 8192,
  maximumStatements: 20,
  principal: "required",
  resource: "required",
});

const queue: ResourceRules = {
  autoName: { property: "name", maximum: 80, prefix: "namePrefix" },
  replaces: ["name", "namePrefix", "fifoQueue"],
  checks: {
    name: text({ minimum: 1, maximum: 80, pattern: /^[\w-]+(\.fifo)?$/u }),
    visibilityTimeoutSeconds: integer(0, 43_200),
    messageRetentionSeconds: integer(60, 1_209_600),
    delaySeconds: integer(0, 900),
    receiveWaitTimeSeconds: integer(0, 20),
    maxMessageSize: integer(1024, 1_048_576),
    kmsDataKeyReusePeriodSeconds: integer(60, 86_400),
    kmsMasterKeyId: KMS_KEY,
    deduplicationScope: oneOf("messageGroup", "queue"),
    fifoThroughputLimit: oneOf("perQueue", "perMessageGroupId"),
    redrivePolicy: redriveProblem,
    policy: POLICY,
  },
  together: queueFailures,
  identify: (inputs, scope) => {
    const name = textOf(inputs, "name");
    const url = queueUrl(scope, name);
    return { id: url, outputs: { arn: arn(scope, "sqs", name), url } };
  },
  defaults: {
    ...{ delaySeconds: 0, receiveWaitTimeSeconds: 0, maxMessageSize: 1_048_576, fifoQueue: false },
    ...{ messageRetentionSeconds: 345_600, visibilityTimeoutSeconds: 30, kmsDataKeyReusePeriodSeconds: 300 },
  },
  existing: "same",
  requires: (inputs, account) => {
    const policy = parsed(textOf(inputs, "redrivePolicy"));
    const target = isObject(policy) ? textOf(policy, "deadLetterTargetArn") : "";
    if (target !== "" && account.byArn(QUEUE, target) === undefined) {
      throw new AwsError("InvalidParameterValue", `RedrivePolicy: the dead-letter queue ${target} does not exist`);
    }
  },
};

const queuePolicy: ResourceRules = {
  replaces: ["queueUrl"],
  checks: { policy: POLICY, queueUrl: text({ pattern: /^https:\/\// }) },
  identify: (inputs) => ({ id: textOf(inputs, "queueUrl"), outputs: {} }),
  existing: "overwrite",
  requires: (inputs, account, { region }) => {
    const key = textOf(inputs, "queueUrl");
    if (account.get({ type: QUEUE, region, key }) === undefined) {
      throw new AwsError("AWS.SimpleQueueService.NonExistentQueue", `there is no queue ${key} in ${region}`);
    }
  },
};

export const SQS: Readonly<Record<string, ResourceRules>> = {
  [QUEUE]: queue,
  "aws:sqs/queuePolicy:QueuePolicy": queuePolicy,
};

function queueUrl({ region, account, partition }: Scope, name: string): string {
  return `https://sqs.${region}.${dnsSuffixOf(partition)}/${account}/${name}`;
}

function redriveProblem(value: unknown): string | undefined {
  const policy = parsed(String(value));
  if (!isObject(policy)) return "must be a JSON object";
  const count = Number(policy["maxReceiveCount"]);
  if (!/^arn:/u.test(textOf(policy, "deadLetterTargetArn"))) return "deadLetterTargetArn must be an ARN";
  return Number.isInteger(count) && count >= 1 && count <= 1000
    ? undefined
    : "maxReceiveCount must be a whole number from 1 to 1000";
}

function queueFailures(inputs: Values): Failure[] {
  const { name, fifoQueue = false, kmsMasterKeyId, sqsManagedSseEnabled } = inputs;
  const named = typeof name === "string" && !isUnknown(name) && !isUnknown(fifoQueue);
  return [
    ...(named && name.endsWith(".fifo") !== fifoQueue
      ? [{ property: "name", reason: "ends in .fifo exactly if the queue is FIFO" }]
      : []),
    // Terraform, aws_sqs_queue: kms_master_key_id conflicts with sqs_managed_sse_enabled.
    ...(kmsMasterKeyId !== undefined && sqsManagedSseEnabled !== undefined
      ? [{ property: "sqsManagedSseEnabled", reason: "conflicts with kmsMasterKeyId" }]
      : []),
  ];
}
