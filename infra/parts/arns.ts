import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AccountScope } from "./account-scope.ts";

/**
 * ARNs built from names. A preview knows the name of a new resource but not its ARN, so policies with the provider's
 * ARNs could only be read after `pulumi up`. The forms are from the Service Authorization Reference.
 */
type Named = { readonly name: pulumi.Output<string> };

/**
 * Returns the ARN of a queue.
 *
 * @example
 * const statement = { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: queueArn(scope, queues.work) };
 */
export const queueArn = (scope: AccountScope, queue: aws.sqs.Queue): pulumi.Output<string> =>
  regional(scope, "sqs", queue.name);

/** Returns the ARN of a rule on the default event bus. */
export const ruleArn = (scope: AccountScope, rule: aws.cloudwatch.EventRule): pulumi.Output<string> =>
  regional(scope, "events", pulumi.interpolate`rule/${rule.name}`);

/** Returns the ARN of a Lambda function. */
export const functionArn = (scope: AccountScope, lambda: aws.lambda.Function): pulumi.Output<string> =>
  regional(scope, "lambda", pulumi.interpolate`function:${lambda.name}`);

/** Returns the ARN of a state machine. */
export const stateMachineArn = (scope: AccountScope, machine: aws.sfn.StateMachine): pulumi.Output<string> =>
  regional(scope, "states", pulumi.interpolate`stateMachine:${machine.name}`);

/** Returns the ARN of a log group. */
export const logGroupArn = (scope: AccountScope, logGroup: aws.cloudwatch.LogGroup): pulumi.Output<string> =>
  regional(scope, "logs", pulumi.interpolate`log-group:${logGroup.name}`);

/** Returns the ARN of an SNS topic. */
export const topicArn = (scope: AccountScope, topic: aws.sns.Topic): pulumi.Output<string> =>
  regional(scope, "sns", topic.name);

/** Returns the ARN of a role. IAM has no Regions. */
export const roleArn = ({ partition, account }: AccountScope, role: Named): pulumi.Output<string> =>
  pulumi.interpolate`arn:${partition}:iam::${account}:role/${role.name}`;

/**
 * Returns the URL of a queue. SQS gives the URL when it creates the queue; until then a preview shows what it will be
 * (Amazon SQS Developer Guide, "Queue and message identifiers"). A URL that exists is kept, because its host depends on
 * the endpoint that created the queue, such as a FIPS endpoint. Another URL would replace the queue's policy.
 */
export function queueUrl(
  { region, account, dnsSuffix }: AccountScope,
  { name, url }: aws.sqs.Queue,
): pulumi.Output<string> {
  if (!pulumi.runtime.isDryRun()) return url;
  const future = pulumi.interpolate`https://sqs.${region}.${dnsSuffix}/${account}/${name}`;
  return pulumi.output(isKnown(url)).apply((known) => (known ? url : future));
}

/** Pulumi's typings leave this property of outputs out. */
async function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  return "isKnown" in output && (await output.isKnown) === true;
}

const regional = (
  { partition, region, account }: AccountScope,
  service: string,
  resource: pulumi.Input<string>,
): pulumi.Output<string> => pulumi.interpolate`arn:${partition}:${service}:${region}:${account}:${resource}`;
