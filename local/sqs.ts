/**
 * SQS for the local cloud: the emulator fauxqs, asked in process, behind the queue URLs and ARNs that the program knows.
 * Its own starter binds all interfaces, so it is never started; its account is fixed, so names are translated both ways.
 */
import { buildApp } from "fauxqs";
import * as z from "zod";
import type { QueueSettings } from "./queue-settings.ts";
import { arnParts } from "./resource-inputs.ts";
import { wholeScaledSeconds, type QueuePace } from "./scaled-time.ts";
import { ServiceError, type Caller, type StandIn } from "./stand-in.ts";

const EMULATOR_ACCOUNT = "000000000000";

const OPERATIONS = new Set([
  "SendMessage",
  "SendMessageBatch",
  "ReceiveMessage",
  "DeleteMessage",
  "DeleteMessageBatch",
  "ChangeMessageVisibility",
  "ChangeMessageVisibilityBatch",
  "GetQueueAttributes",
  "GetQueueUrl",
]);

const messageSchema = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z.record(z.string(), z.unknown()).default({}),
});
const receiveSchema = z.object({ Messages: z.array(messageSchema).default([]) });
const storedSchema = z.object({ messageId: z.string(), body: z.string() });
const inspectSchema = z.object({
  messages: z.object({
    ready: z.array(storedSchema),
    delayed: z.array(storedSchema),
    inflight: z.array(z.object({ message: storedSchema })),
  }),
});
const countAttributes = z.object({
  ApproximateNumberOfMessages: z.coerce.number(),
  ApproximateNumberOfMessagesDelayed: z.coerce.number(),
  ApproximateNumberOfMessagesNotVisible: z.coerce.number(),
});
const attributesSchema = z.object({ Attributes: countAttributes });
const sentBatchSchema = z.object({ Successful: z.array(z.unknown()).default([]) });
const errorSchema = z.object({ __type: z.string(), message: z.string() });

/** A message as ReceiveMessage gives it. */
export type ReceivedMessage = z.output<typeof messageSchema>;

/** How many messages a queue holds, by state. */
export interface QueueCounts {
  readonly visible: number;
  readonly delayed: number;
  readonly inFlight: number;
}

/** The queues of the captured program. */
export class Queues implements StandIn {
  readonly #app = buildApp({ logger: false, host: "localhost" });
  readonly #byArn = new Map<string, QueueSettings>();
  readonly #pace: QueuePace;
  #sent = 0;

  private constructor(pace: QueuePace) {
    this.#pace = pace;
  }

  /** @throws {Error} a dead-letter queue that is not among the queues */
  static async create(settings: readonly QueueSettings[], pace: QueuePace): Promise<Queues> {
    const queues = new Queues(pace);
    for (const queue of settings) queues.#byArn.set(queue.arn, queue);
    for (const queue of settings) await queues.#createQueue(queue);
    return queues;
  }

  /** Messages that some queue took, whoever sent them. */
  get sent(): number {
    return this.#sent;
  }

  /** @throws {Error} when there is no such queue */
  settings(queueArn: string): QueueSettings {
    const queue = this.#byArn.get(queueArn);
    if (queue === undefined) throw new Error(`queue ${JSON.stringify(queueArn)} is not in the graph`);
    return queue;
  }

  /** ARN of the KMS key that encrypts what has this ARN; undefined where it has none, or is no queue. */
  keyOf(arn: string): string | undefined {
    return this.#byArn.get(arn)?.key;
  }

  /** Answers one API call of the program. */
  async call(operation: string, input: Record<string, unknown>, caller: Caller): Promise<unknown> {
    if (!OPERATIONS.has(operation)) {
      throw new ServiceError("UnsupportedOperation", `SQS ${operation} is not supported by the local run`);
    }
    if (operation === "GetQueueUrl") return { QueueUrl: this.#byName(String(input["QueueName"]), caller).url };
    const queue = this.#byUrl(input["QueueUrl"], caller);
    const result = await this.#ask(queue.region, operation, {
      ...this.#withScaledDelays(input),
      QueueUrl: emulatorUrl(queue),
    });
    return operation === "GetQueueAttributes" ? withOwnArns(result, queue) : result;
  }

  /** Sends a message for another service of the local cloud, which has checked the permission itself. */
  async send(queueArn: string, body: string): Promise<void> {
    const queue = this.settings(queueArn);
    await this.#ask(queue.region, "SendMessage", { QueueUrl: emulatorUrl(queue), MessageBody: body });
  }

  /** @param waitSeconds long polling, fractions allowed */
  async receive(queueArn: string, maximum: number, waitSeconds: number): Promise<ReceivedMessage[]> {
    const queue = this.settings(queueArn);
    const result = await this.#ask(queue.region, "ReceiveMessage", {
      QueueUrl: emulatorUrl(queue),
      MaxNumberOfMessages: maximum,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return receiveSchema.parse(result).Messages;
  }

  async delete(queueArn: string, receiptHandle: string): Promise<void> {
    const queue = this.settings(queueArn);
    await this.#ask(queue.region, "DeleteMessage", { QueueUrl: emulatorUrl(queue), ReceiptHandle: receiptHandle });
  }

  /** The emulator keeps exact counts: it does not matter how long the queue is. */
  async counts(queueArn: string): Promise<QueueCounts> {
    const queue = this.settings(queueArn);
    const request = { QueueUrl: emulatorUrl(queue), AttributeNames: Object.keys(countAttributes.shape) };
    const result = await this.#ask(queue.region, "GetQueueAttributes", request);
    const { Attributes: counts } = attributesSchema.parse(result);
    return {
      visible: counts.ApproximateNumberOfMessages,
      delayed: counts.ApproximateNumberOfMessagesDelayed,
      inFlight: counts.ApproximateNumberOfMessagesNotVisible,
    };
  }

  /** All messages of a queue, whatever their state; nothing changes by looking. */
  async peek(queueArn: string): Promise<{ messageId: string; body: string }[]> {
    const { ready, delayed, inflight } = await this.#inspect(queueArn);
    return [...ready, ...delayed, ...inflight.map((entry) => entry.message)];
  }

  async close(): Promise<void> {
    await this.#app.close();
  }

  async #createQueue(queue: QueueSettings): Promise<void> {
    const { deadLetter } = queue;
    // The emulator takes any target and then keeps poison messages for ever; SQS would refuse.
    if (deadLetter !== undefined) this.settings(deadLetter.arn);
    const redrive =
      deadLetter === undefined
        ? {}
        : {
            RedrivePolicy: JSON.stringify({
              deadLetterTargetArn: emulatorArn(this.settings(deadLetter.arn)),
              maxReceiveCount: deadLetter.maxReceiveCount,
            }),
          };
    const Attributes = { ...queue.attributes, ...redrive };
    await this.#ask(queue.region, "CreateQueue", { QueueName: emulatorName(queue), Attributes });
  }

  #withScaledDelays(input: Record<string, unknown>): Record<string, unknown> {
    const scaled = this.#withScaledDelay(input);
    const entries = input["Entries"];
    if (!Array.isArray(entries)) return scaled;
    return { ...scaled, Entries: entries.map((entry) => this.#withScaledDelay({ ...Object(entry) } as object)) };
  }

  #withScaledDelay(input: object): Record<string, unknown> {
    const fields: Record<string, unknown> = Object.fromEntries(Object.entries(input));
    const { longestHiding } = this.#pace;
    const hidden = fields["VisibilityTimeout"];
    if (longestHiding !== undefined && typeof hidden === "number") {
      fields["VisibilityTimeout"] = Math.min(hidden, longestHiding);
    }
    const delay = fields["DelaySeconds"];
    if (delay === undefined) return fields;
    if (typeof delay !== "number" || !Number.isInteger(delay) || delay < 0 || delay > 900) {
      const message = `Value ${JSON.stringify(delay)} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`;
      throw new ServiceError("InvalidParameterValue", message);
    }
    return { ...fields, DelaySeconds: wholeScaledSeconds(delay, this.#pace.timeScale) };
  }

  #byUrl(url: unknown, caller: Caller): QueueSettings {
    const path = typeof url === "string" ? URL.parse(url)?.pathname.split("/") : undefined;
    return this.#byName(path?.at(-1) ?? "", caller);
  }

  #byName(name: string, caller: Caller): QueueSettings {
    const queue = [...this.#byArn.values()].find((each) => each.name === name && each.region === caller.region);
    if (queue === undefined) throw new ServiceError("QueueDoesNotExist", "The specified queue does not exist.");
    return queue;
  }

  async #inspect(queueArn: string): Promise<z.output<typeof inspectSchema>["messages"]> {
    const url = `/_fauxqs/queues/${encodeURIComponent(emulatorName(this.settings(queueArn)))}`;
    const response = await this.#app.inject({ method: "GET", url });
    return inspectSchema.parse(response.json()).messages;
  }

  async #ask(region: string, operation: string, body: object): Promise<unknown> {
    const response = await this.#app.inject({
      method: "POST",
      url: "/",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `AmazonSQS.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/sqs/aws4_request`,
      },
      payload: JSON.stringify(body),
    });
    const answer: unknown = response.json();
    if (response.statusCode < 300) {
      if (operation === "SendMessage") this.#sent += 1;
      if (operation === "SendMessageBatch") this.#sent += sentBatchSchema.parse(answer).Successful.length;
      return answer;
    }
    const error = errorSchema.safeParse(answer);
    if (!error.success || response.statusCode >= 500) {
      throw new Error(`the SQS emulator failed at ${operation}: ${response.body.slice(0, 200)}`);
    }
    const code = error.data.__type.split("#").at(-1) ?? error.data.__type;
    throw new ServiceError(code, error.data.message, response.statusCode);
  }
}

/** The emulator finds some things by name alone, and queues of two Regions may have one name. */
const emulatorName = (queue: QueueSettings): string => `${queue.region}_${queue.name}`;

const emulatorUrl = (queue: QueueSettings): string =>
  `http://sqs.${queue.region}.localhost/${EMULATOR_ACCOUNT}/${emulatorName(queue)}`;

const emulatorArn = (queue: QueueSettings): string =>
  `arn:aws:sqs:${queue.region}:${EMULATOR_ACCOUNT}:${emulatorName(queue)}`;

function withOwnArns(result: unknown, queue: QueueSettings): unknown {
  const { account, partition } = arnParts(queue.arn);
  const theirs = `arn:aws:sqs:${queue.region}:${EMULATOR_ACCOUNT}:${queue.region}_`;
  return JSON.parse(JSON.stringify(result).replaceAll(theirs, `arn:${partition}:sqs:${queue.region}:${account}:`));
}
