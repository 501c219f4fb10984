import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { CALL_LIMITS } from "../runtime/failure.ts";

/** A message as far as this program needs it. */
export interface QueueMessage {
  readonly body: string;
  readonly receiptHandle: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  /** True where SQS moved it here after too many receives. */
  readonly deadLetter: boolean;
}

export interface Queue {
  send(queueUrl: string, message: unknown): Promise<void>;
  /** The same, to be received after `seconds` (at most 900) at the earliest. */
  sendAfter(queueUrl: string, message: unknown, seconds: number): Promise<void>;
  /** The same as `send` for a body that is text already. */
  sendText(queueUrl: string, body: string): Promise<void>;
  /** Lets a message be received again after `seconds`. */
  returnAfter(queueUrl: string, receiptHandle: string, seconds: number): Promise<void>;
  /** About how many messages can be received now. */
  waiting(queueUrl: string): Promise<number>;
  /** Up to 10 messages, hidden from others for `hideSeconds`; none where the queue is empty. */
  receive(queueUrl: string, hideSeconds: number): Promise<QueueMessage[]>;
  /** @throws where a message could not be deleted */
  remove(queueUrl: string, messages: readonly QueueMessage[]): Promise<void>;
}

/** Long enough that a short poll's empty answer is not taken for an empty queue. */
const WAIT_SECONDS = 1;
const MAX_BATCH = 10;

/**
 * SQS refuses a message that holds other characters than these (API reference, SendMessage). JSON.stringify writes
 * control characters and lone surrogates as escapes, but these two as they are.
 */
const REFUSED_BY_SQS = /[\ufffe\uffff]/g;

/** JSON text of a message, in characters that SQS takes. */
export function messageText(message: unknown): string {
  return JSON.stringify(message).replace(REFUSED_BY_SQS, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

export function queues(client = new SQSClient({ ...CALL_LIMITS, useQueueUrlAsEndpoint: false })): Queue {
  const sendText = async (queueUrl: string, body: string): Promise<void> => {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  };
  return {
    sendText,
    sendAfter: async (queueUrl, message, seconds) => {
      const input = { QueueUrl: queueUrl, MessageBody: messageText(message), DelaySeconds: seconds };
      await client.send(new SendMessageCommand(input));
    },
    send: (queueUrl, message) => sendText(queueUrl, messageText(message)),
    returnAfter: async (queueUrl, receiptHandle, seconds) => {
      const input = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
      await client.send(new ChangeMessageVisibilityCommand(input));
    },
    waiting: async (queueUrl) => {
      const input = { QueueUrl: queueUrl, AttributeNames: ["ApproximateNumberOfMessages" as const] };
      const { Attributes } = await client.send(new GetQueueAttributesCommand(input));
      return Number(Attributes?.["ApproximateNumberOfMessages"] ?? 0);
    },
    receive: (queueUrl, hideSeconds) => receive(client, queueUrl, hideSeconds),
    remove: (queueUrl, messages) => remove(client, queueUrl, messages),
  };
}

async function receive(client: SQSClient, queueUrl: string, hideSeconds: number): Promise<QueueMessage[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: MAX_BATCH,
      VisibilityTimeout: hideSeconds,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ["SentTimestamp", "DeadLetterQueueSourceArn"],
    }),
  );
  return Messages.map(({ Body = "", ReceiptHandle = "", Attributes = {} }) => ({
    body: Body,
    receiptHandle: ReceiptHandle,
    sentAt: Number(Attributes.SentTimestamp ?? 0),
    deadLetter: Attributes.DeadLetterQueueSourceArn !== undefined,
  }));
}

async function remove(client: SQSClient, queueUrl: string, messages: readonly QueueMessage[]): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
  const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  const [first] = Failed;
  if (first !== undefined) {
    throw new Error(`${Failed.length} messages were not deleted: ${first.Code ?? ""} ${first.Message ?? ""}`);
  }
}
