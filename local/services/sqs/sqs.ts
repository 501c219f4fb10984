/**
 * SQS for the local cloud. It calls the emulator fauxqs in process and translates names both ways, because the account
 * of the emulator is fixed. The starter of fauxqs binds all network interfaces, so it is never started.
 */
import { buildApp } from "fauxqs";
import * as z from "zod";
import { holdRequest } from "../../run/clock.ts";
import { ChangeSignal } from "./change-signal.ts";
import { emulatorArn, emulatorName, emulatorUrl, withOwnArns } from "./emulator-names.ts";
import { restored, withEscapedBodies, withOwnBodies } from "./message-text.ts";
import type { QueueSettings } from "./queue-settings.ts";
import { checkTimes } from "./sqs-times.ts";
import { ServiceError, type Caller, type StandIn } from "../../gateway/stand-in.ts";
import {
  messageSchema,
  receiveSchema,
  inspectSchema,
  countAttributes,
  attributesSchema,
  someAttributes,
  sentBatchSchema,
  errorSchema,
} from "./emulator-answers.ts";

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

/** Operations after which another message may be visible. */
const CHANGING = new Set([
  "SendMessage",
  "SendMessageBatch",
  "ChangeMessageVisibility",
  "ChangeMessageVisibilityBatch",
]);

/** A message as ReceiveMessage returns it. */
export type ReceivedMessage = z.output<typeof messageSchema>;

/** A message that waits in a queue, in any state. */
export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  /** How often it was received. */
  readonly receives: number;
}

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
  /** New messages, and messages that may have become visible. */
  readonly #changes = new ChangeSignal();
  #sent = 0;
  #closed = false;

  private constructor() {
    // Use `create`.
  }

  /** Creates the queues. @throws {Error} a dead-letter queue that is not one of them */
  static async create(settings: readonly QueueSettings[]): Promise<Queues> {
    const queues = new Queues();
    for (const queue of settings) queues.#byArn.set(queue.arn, queue);
    for (const queue of settings) await queues.#createQueue(queue);
    return queues;
  }

  /** Messages sent to any queue, by any sender. */
  get sent(): number {
    return this.#sent;
  }

  /** Returns the settings of a queue. @throws {Error} if no such queue exists */
  settings(queueArn: string): QueueSettings {
    const queue = this.#byArn.get(queueArn);
    if (queue === undefined) throw new Error(`queue ${JSON.stringify(queueArn)} is not in the graph`);
    return queue;
  }

  /** Returns the ARN of the KMS key that encrypts a queue, or undefined if it has none or is not a queue. */
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
    checkTimes(input);
    if (operation === "ReceiveMessage") {
      const { ReceiveMessageWaitTimeSeconds: byDefault } = queue.attributes;
      return this.#receive(queue, input, Number(input["WaitTimeSeconds"] ?? byDefault), holdRequest);
    }
    const result = await this.#ask(queue.region, operation, { ...input, QueueUrl: emulatorUrl(queue) });
    return operation === "GetQueueAttributes" ? withOwnArns(await this.#withTrueCounts(result, queue), queue) : result;
  }

  /** Sends a message for another service of the local cloud, which has checked the permission. */
  async send(queueArn: string, body: string): Promise<void> {
    const queue = this.settings(queueArn);
    await this.#ask(queue.region, "SendMessage", { QueueUrl: emulatorUrl(queue), MessageBody: body });
  }

  /** Receives messages. @param waitSeconds long polling; may be a fraction */
  async receive(queueArn: string, maximum: number, waitSeconds: number): Promise<ReceivedMessage[]> {
    const request = {
      MaxNumberOfMessages: maximum,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    };
    const result = await this.#receive(this.settings(queueArn), request, waitSeconds);
    return receiveSchema.parse(result).Messages;
  }

  async delete(queueArn: string, receiptHandle: string): Promise<void> {
    const queue = this.settings(queueArn);
    await this.#ask(queue.region, "DeleteMessage", { QueueUrl: emulatorUrl(queue), ReceiptHandle: receiptHandle });
  }

  /** Returns how many messages a queue holds, in any state. The time it takes does not depend on their number. */
  async held(queueArn: string): Promise<number> {
    const { visible, delayed, inFlight } = await this.#emulatorCounts(this.settings(queueArn));
    return visible + delayed + inFlight;
  }

  /** Returns the number of messages by their current state. */
  async counts(queueArn: string): Promise<QueueCounts> {
    const counts = await this.#emulatorCounts(this.settings(queueArn));
    if (counts.delayed + counts.inFlight === 0) return counts;
    // The emulator only notices at the next ReceiveMessage that a delay or a visibility time-out has ended.
    const now = Date.now();
    const { ready, delayed, inflight } = await this.#inspect(queueArn);
    const stillDelayed = delayed.filter(({ delayUntil }) => delayUntil > now).length;
    const stillHidden = inflight.filter(({ visibilityDeadline }) => visibilityDeadline > now).length;
    const visible = ready.length + delayed.length + inflight.length - stillDelayed - stillHidden;
    return { visible, delayed: stillDelayed, inFlight: stillHidden };
  }

  /** Returns all messages of a queue, in any state, without changing them. */
  async peek(queueArn: string): Promise<StoredMessage[]> {
    const { ready, delayed, inflight } = await this.#inspect(queueArn);
    const all = [...ready, ...delayed, ...inflight.map((entry) => entry.message)];
    return all.map(({ messageId, body, sentTimestamp: sentAt, approximateReceiveCount: receives }) => ({
      messageId,
      body: restored(body),
      sentAt,
      receives,
    }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#changes.announce();
    await this.#app.close();
  }

  /**
   * Receives messages. The emulator's long poll checks every 20 ms. This one waits until a message arrives or a hidden
   * one becomes visible.
   *
   * @param hold lets the program's time go on while this waits; a poll that is no HTTP request never stops it
   */
  async #receive(
    queue: QueueSettings,
    request: object,
    waitSeconds: number,
    hold: typeof holdRequest = () => () => undefined,
  ): Promise<unknown> {
    const until = Date.now() + waitSeconds * 1000;
    for (;;) {
      const { version } = this.#changes;
      const answer = await this.#ask(queue.region, "ReceiveMessage", {
        ...request,
        WaitTimeSeconds: 0,
        QueueUrl: emulatorUrl(queue),
      });
      if (receiveSchema.parse(answer).Messages.length > 0 || Date.now() >= until) return answer;
      const wait = Math.min(until, await this.#nextVisible(queue.arn)) - Date.now();
      const release = hold();
      await this.#changes.since(version, wait);
      release();
      if (this.#closed) return answer;
    }
  }

  /** Returns the time at which the next delayed or hidden message can be received, in epoch milliseconds. */
  async #nextVisible(queueArn: string): Promise<number> {
    const { delayed, inFlight } = await this.#emulatorCounts(this.settings(queueArn));
    if (delayed + inFlight === 0) return Infinity;
    const held = await this.#inspect(queueArn);
    const times = [
      ...held.delayed.map(({ delayUntil }) => delayUntil),
      ...held.inflight.map(({ visibilityDeadline }) => visibilityDeadline),
    ];
    return times.reduce((first, time) => Math.min(first, time), Infinity);
  }

  async #createQueue(queue: QueueSettings): Promise<void> {
    const { deadLetter } = queue;
    // The emulator accepts any target, and would then never remove messages that keep failing. SQS would refuse.
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

  #byUrl(url: unknown, caller: Caller): QueueSettings {
    const path = typeof url === "string" ? URL.parse(url)?.pathname.split("/") : undefined;
    return this.#byName(path?.at(-1) ?? "", caller);
  }

  #byName(name: string, caller: Caller): QueueSettings {
    const queue = [...this.#byArn.values()].find((each) => each.name === name && each.region === caller.region);
    if (queue === undefined) throw new ServiceError("QueueDoesNotExist", "The specified queue does not exist.");
    return queue;
  }

  async #emulatorCounts(queue: QueueSettings): Promise<QueueCounts> {
    const request = { QueueUrl: emulatorUrl(queue), AttributeNames: Object.keys(countAttributes.shape) };
    const { Attributes: counts } = attributesSchema.parse(await this.#ask(queue.region, "GetQueueAttributes", request));
    return {
      visible: counts.ApproximateNumberOfMessages,
      delayed: counts.ApproximateNumberOfMessagesDelayed,
      inFlight: counts.ApproximateNumberOfMessagesNotVisible,
    };
  }

  async #withTrueCounts(result: unknown, { arn }: QueueSettings): Promise<object> {
    const { Attributes: attributes } = someAttributes.parse(result);
    const { visible, delayed, inFlight } = await this.counts(arn);
    const counts = {
      ApproximateNumberOfMessages: visible,
      ApproximateNumberOfMessagesDelayed: delayed,
      ApproximateNumberOfMessagesNotVisible: inFlight,
    };
    const asked = Object.entries(counts).filter(([name]) => Object.hasOwn(attributes, name));
    return {
      Attributes: { ...attributes, ...Object.fromEntries(asked.map(([name, count]) => [name, String(count)])) },
    };
  }

  async #inspect(queueArn: string): Promise<z.output<typeof inspectSchema>["messages"]> {
    const url = `/_fauxqs/queues/${encodeURIComponent(emulatorName(this.settings(queueArn)))}`;
    const response = await this.#app.inject({ method: "GET", url });
    return inspectSchema.parse(response.json()).messages;
  }

  async #ask(region: string, operation: string, body: Readonly<Record<string, unknown>>): Promise<unknown> {
    const response = await this.#app.inject({
      method: "POST",
      url: "/",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `AmazonSQS.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/sqs/aws4_request`,
      },
      payload: JSON.stringify(withEscapedBodies(body)),
    });
    const answer: unknown = response.json();
    if (response.statusCode < 300) {
      if (CHANGING.has(operation)) this.#changes.announce();
      if (operation === "SendMessage") this.#sent += 1;
      if (operation === "SendMessageBatch") this.#sent += sentBatchSchema.parse(answer).Successful.length;
      return withOwnBodies(answer, body);
    }
    const error = errorSchema.safeParse(answer);
    if (!error.success || response.statusCode >= 500) {
      throw new Error(`the SQS emulator failed at ${operation}: ${response.body.slice(0, 200)}`);
    }
    const code = error.data.__type.split("#").at(-1) ?? error.data.__type;
    throw new ServiceError(code, error.data.message, response.statusCode);
  }
}
