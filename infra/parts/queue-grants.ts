import type * as aws from "@pulumi/aws";
import type { AccountScope } from "./account-scope.ts";
import { queueArn } from "./arns.ts";
import type { Statement } from "./policy.ts";

/** Returns the permission to send messages to these queues. */
export function sendTo(scope: AccountScope, queues: readonly aws.sqs.Queue[]): Statement {
  return { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: queues.map((queue) => queueArn(scope, queue)) };
}

/**
 * Returns the permission to receive and delete a queue's messages. An event source mapping needs exactly these actions
 * (AWS Lambda Developer Guide, "Using Lambda with Amazon SQS").
 *
 * @param returnsMessages whether the function's code sets visibility time-outs, so that messages return early
 */
export function receiveFrom(scope: AccountScope, queue: aws.sqs.Queue, returnsMessages: boolean): Statement {
  return {
    Effect: "Allow",
    Action: [
      ...["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      ...(returnsMessages ? ["sqs:ChangeMessageVisibility"] : []),
    ],
    Resource: queueArn(scope, queue),
  };
}

/** Returns the permission to ask how many messages a queue holds. */
export function count(scope: AccountScope, queue: aws.sqs.Queue): Statement {
  return { Effect: "Allow", Action: ["sqs:GetQueueAttributes"], Resource: queueArn(scope, queue) };
}
