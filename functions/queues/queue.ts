import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type BatchResultErrorEntry,
} from "@aws-sdk/client-sqs";
import { CALL_LIMITS } from "../runtime/failure.ts";
import { counted } from "../../contract/counted.ts";

/** A received message. */
export interface QueueMessage {
  readonly body: string;
  readonly receiptHandle: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  /** True if SQS moved it here after too many receives. */
  readonly deadLetter: boolean;
}

/** The SQS operations that the program uses. */
export interface Queue {
  /** Sends an object as JSON. */
  send(queueUrl: string, message: unknown): Promise<void>;
  /** Sends an object as JSON, with a delay of at most 900 seconds. */
  sendAfter(queueUrl: string, message: unknown, seconds: number): Promise<void>;
  /** Sends text unchanged. */
  sendText(queueUrl: string, body: string): Promise<void>;
  /** Makes a received message visible again after `seconds`. */
  returnAfter(queueUrl: string, receiptHandle: string, seconds: number): Promise<void>;
  /** Makes at most 10 received messages visible again. Throws if one could not be returned. */
  returnAll(queueUrl: string, receiptHandles: readonly string[]): Promise<void>;
  /** Returns the approximate number of messages that are visible or delayed. */
  waiting(queueUrl: string): Promise<number>;
  /** Receives at most 10 messages and hides them for `hideSeconds`. Returns none if the queue is empty. */
  receive(queueUrl: string, hideSeconds: number): Promise<QueueMessage[]>;
  /** Deletes messages. Throws if one could not be deleted. */
  remove(queueUrl: string, messages: readonly QueueMessage[]): Promise<void>;
}

/** Long polling: a short poll can return nothing although the queue has messages (SQS developer guide). */
const WAIT_SECONDS = 1;
/** The most messages of one call (Amazon SQS Developer Guide, "Message quotas"). */
export const MAX_BATCH = 10;
/** Messages to receive now, and delayed ones. */
const WAITING = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"] as const;

/**
 * SQS refuses messages with control characters, lone surrogates or these two characters (API reference, "SendMessage").
 * JSON.stringify escapes all but these two.
 */
const REFUSED_BY_SQS = /[\ufffe\uffff]/g;

/**
 * Returns a message as JSON, in characters that SQS accepts.
 *
 * @example
 * messageText({ references }); // '{"references":[...]}'
 */
export function messageText(message: unknown): string {
  return JSON.stringify(message).replace(REFUSED_BY_SQS, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/**
 * Returns a client for all queues.
 *
 * @example
 * await queues().send(workQueueUrl, { references });
 */
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
    returnAll: async (queueUrl, receiptHandles) => {
      const Entries = entriesOf(receiptHandles).map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
      const { Failed } = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
      checkAll(Failed, "returned");
    },
    waiting: async (queueUrl) => {
      const input = { QueueUrl: queueUrl, AttributeNames: [...WAITING] };
      const { Attributes = {} } = await client.send(new GetQueueAttributesCommand(input));
      return WAITING.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
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
  const Entries = entriesOf(messages.map(({ receiptHandle }) => receiptHandle));
  const { Failed } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  checkAll(Failed, "deleted");
}

function entriesOf(receiptHandles: readonly string[]): { Id: string; ReceiptHandle: string }[] {
  return receiptHandles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
}

/** Throws if an entry of a batch failed: SQS answers 200 for the batch. */
function checkAll(failed: readonly BatchResultErrorEntry[] = [], done: string): void {
  const [first] = failed;
  if (first === undefined) return;
  throw new Error(`${counted(failed.length, "message")} not ${done}: ${first.Code ?? ""} ${first.Message ?? ""}`);
}
