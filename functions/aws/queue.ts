import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { CALL_LIMITS } from "./failure.ts";

export interface Queue {
  send(queueUrl: string, message: unknown): Promise<void>;
  /** Lets a message be received again after `seconds`. */
  returnAfter(queueUrl: string, receiptHandle: string, seconds: number): Promise<void>;
}

export function queues(client = new SQSClient({ ...CALL_LIMITS, useQueueUrlAsEndpoint: false })): Queue {
  return {
    send: async (queueUrl, message) => {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
    },
    returnAfter: async (queueUrl, receiptHandle, seconds) => {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        }),
      );
    },
  };
}
