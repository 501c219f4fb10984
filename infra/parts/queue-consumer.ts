import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AccountScope } from "./account-scope.ts";
import { queueArn } from "./arns.ts";
import { receiveFrom } from "./queue-grants.ts";
import type { Statement } from "./policy.ts";

/** How a function takes messages from a queue. */
export interface QueueConsumer {
  readonly queue: aws.sqs.Queue;
  /** Messages per invocation, at most. */
  readonly batchSize: number;
  /** Seconds that Lambda waits for a batch to fill. None by default. */
  readonly batchingWindowSeconds?: number;
  /** Concurrent invocations, at most. Lambda accepts 2 or more. */
  readonly maximumConcurrency: number;
  /** Whether the function names the messages that failed. Otherwise the whole batch is retried. */
  readonly reportsFailures?: boolean;
  /** Whether the function sets visibility time-outs, so that messages return early. */
  readonly returnsMessages?: boolean;
}

/**
 * Returns the consuming function's permission on the queue.
 *
 * @example
 * const statement = consumerGrant(scope, { queue, batchSize: 10, maximumConcurrency: 2 });
 */
export function consumerGrant(scope: AccountScope, { queue, returnsMessages = false }: QueueConsumer): Statement {
  return receiveFrom(scope, queue, returnsMessages);
}

/**
 * Creates the event source mapping: messages of the queue invoke the function.
 *
 * @example
 * consumerMapping(`${name}-mapping`, scope, { queue, batchSize: 10, maximumConcurrency: 2 }, lambda.arn, { parent: this });
 */
export function consumerMapping(
  name: string,
  scope: AccountScope,
  consumer: QueueConsumer,
  functionArn: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): aws.lambda.EventSourceMapping {
  const { queue, batchSize, batchingWindowSeconds, maximumConcurrency, reportsFailures = false } = consumer;
  return new aws.lambda.EventSourceMapping(
    name,
    {
      eventSourceArn: queueArn(scope, queue),
      functionName: functionArn,
      batchSize,
      ...(batchingWindowSeconds !== undefined && { maximumBatchingWindowInSeconds: batchingWindowSeconds }),
      ...(reportsFailures && { functionResponseTypes: ["ReportBatchItemFailures"] }),
      scalingConfig: { maximumConcurrency },
    },
    opts,
  );
}

/**
 * Returns the visibility time-out, in seconds, of a queue whose messages invoke a function: six function time-outs and
 * the batching window (AWS Lambda Developer Guide, "Using Lambda with Amazon SQS").
 *
 * @example
 * visibilityTimeoutSeconds(120, 300); // 1020
 */
export function visibilityTimeoutSeconds(functionTimeoutSeconds: number, batchingWindowSeconds = 0): number {
  return 6 * functionTimeoutSeconds + batchingWindowSeconds;
}
