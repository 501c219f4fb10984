/**
 * SNS. Limits: API reference, CreateTopic, SetTopicAttributes, Subscribe. Replacements: Terraform, aws_sns_topic (name,
 * name_prefix, fifo_topic), aws_sns_topic_policy (arn), aws_sns_topic_subscription (topic_arn, protocol, endpoint).
 */
import { randomUUID } from "node:crypto";
import type { Account } from "../account/account.ts";
import { AwsError } from "../account/aws-error.ts";
import { textOf } from "../values.ts";
import { arnOf, oneOf, text } from "./checks.ts";
import { KMS_KEY } from "./kms-key.ts";
import { policyDocument } from "./policy-documents.ts";
import { arn, type ResourceRules } from "./resource-rules.ts";

const TOPIC = "aws:sns/topic:Topic";
const POLICY = policyDocument({ maximumBytes: 30_720, principal: "required", resource: "required" });

const topic: ResourceRules = {
  autoName: { property: "name", maximum: 256, prefix: "namePrefix" },
  replaces: ["name", "namePrefix", "fifoTopic"],
  checks: {
    name: text({ minimum: 1, maximum: 256, pattern: /^[\w-]+(\.fifo)?$/u }),
    displayName: text({ maximum: 100 }),
    kmsMasterKeyId: KMS_KEY,
    policy: POLICY,
    tracingConfig: oneOf("PassThrough", "Active"),
  },
  identify: (inputs, scope) => {
    const own = arn(scope, "sns", textOf(inputs, "name"));
    return { id: own, outputs: { arn: own, owner: scope.account } };
  },
  defaults: { fifoTopic: false },
  existing: "same",
};

const topicPolicy: ResourceRules = {
  replaces: ["arn"],
  checks: { arn: arnOf("sns"), policy: POLICY },
  identify: (inputs, scope) => ({ id: textOf(inputs, "arn"), outputs: { owner: scope.account } }),
  existing: "overwrite",
  requires: (inputs, account) => requireTopic(account, textOf(inputs, "arn")),
};

const subscription: ResourceRules = {
  replaces: ["topic", "protocol", "endpoint"],
  checks: {
    topic: arnOf("sns"),
    protocol: oneOf("sqs", "sms", "lambda", "firehose", "application", "email", "email-json", "http", "https"),
    endpoint: text({ minimum: 1 }),
  },
  together: (inputs) => {
    const endpoint = textOf(inputs, "endpoint");
    return textOf(inputs, "protocol").startsWith("email") && endpoint !== "" && !/^[^@\s]+@[^@\s]+$/u.test(endpoint)
      ? [{ property: "endpoint", reason: "InvalidParameter: Invalid parameter: Email address" }]
      : [];
  },
  identify: (inputs, scope) => {
    const own = `${textOf(inputs, "topic")}:${randomUUID()}`;
    // A person must confirm an email address.
    const pendingConfirmation = textOf(inputs, "protocol").startsWith("email");
    const outputs = { arn: own, ownerId: scope.account, pendingConfirmation };
    return { id: own, outputs: { ...outputs, confirmationWasAuthenticated: !pendingConfirmation } };
  },
  defaults: { confirmationTimeoutInMinutes: 1, endpointAutoConfirms: false, rawMessageDelivery: false },
  requires: (inputs, account) => requireTopic(account, textOf(inputs, "topic")),
};

export const SNS: Readonly<Record<string, ResourceRules>> = {
  [TOPIC]: topic,
  "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
  "aws:sns/topicSubscription:TopicSubscription": subscription,
};

function requireTopic(account: Account, topicArn: string): void {
  if (account.byArn(TOPIC, topicArn) === undefined) {
    throw new AwsError("NotFoundException", `Topic does not exist: ${topicArn}`);
  }
}
