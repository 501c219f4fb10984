/** Lambda's poller for one queue: gathers batches, invokes the function, and deletes the messages that succeeded. */
import * as z from "zod";
import type { CapturedResource } from "../../program/captured-resource.ts";
import type { Functions, InvokeResult } from "./lambda.ts";
import { readInputs } from "../../program/resource-inputs.ts";
import type { Queues, ReceivedMessage } from "../sqs/sqs.ts";

const mappingSchema = z
  .strictObject({
    eventSourceArn: z.string(),
    functionName: z.string(),
    batchSize: z.int().min(1).max(10_000).default(10),
    maximumBatchingWindowInSeconds: z.int().min(0).max(300).default(0),
    functionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
    scalingConfig: z.strictObject({ maximumConcurrency: z.int().min(2).max(1000) }).optional(),
    enabled: z.boolean().default(true),
  })
  .refine((inputs) => inputs.batchSize <= 10 || inputs.maximumBatchingWindowInSeconds >= 1, {
    message: "a batchSize above 10 needs maximumBatchingWindowInSeconds of at least 1",
  });

/** One event source mapping of the captured program. */
interface MappingSettings {
  readonly queueArn: string;
  /** Name or ARN. */
  readonly functionName: string;
  readonly batchSize: number;
  /** Seconds. */
  readonly window: number;
  readonly reportsItemFailures: boolean;
  readonly concurrency: number;
  readonly enabled: boolean;
}

/** Lambda's initial number of concurrent batches. */
const DEFAULT_CONCURRENCY = 5;
const RECEIVE_AT_MOST = 10;
/** Gathering stops here, so that one more receive cannot push the event over Lambda's 6 MB. */
const BATCH_BYTES = 2 * 1024 * 1024;

/**
 * Reads an event source mapping.
 * @throws {Error} an unknown or malformed setting
 */
export function mappingSettings(resource: CapturedResource): MappingSettings {
  const inputs = readInputs(resource, mappingSchema);
  return {
    queueArn: inputs.eventSourceArn,
    functionName: inputs.functionName,
    batchSize: inputs.batchSize,
    window: inputs.maximumBatchingWindowInSeconds,
    reportsItemFailures: inputs.functionResponseTypes.length > 0,
    concurrency: inputs.scalingConfig?.maximumConcurrency ?? DEFAULT_CONCURRENCY,
    enabled: inputs.enabled,
  };
}

/** Polls one queue until it is stopped. */
export class EventSourceMapping {
  readonly #settings: MappingSettings;
  readonly #queues: Queues;
  readonly #functions: Functions;
  readonly #batches = new Set<Promise<void>>();
  #stopped = false;
  #gathered = 0;

  /** @throws {Error} if the function may run longer than the queue hides its messages: Lambda refuses such a mapping */
  constructor(settings: MappingSettings, queues: Queues, functions: Functions) {
    const { timeoutSeconds, name } = functions.settings(settings.functionName);
    const { visibilityTimeout, arn } = queues.settings(settings.queueArn);
    if (timeoutSeconds > visibilityTimeout) {
      throw new Error(
        `function ${name} may run ${timeoutSeconds} s, longer than ${arn} hides a message (${visibilityTimeout} s); raise visibilityTimeoutSeconds`,
      );
    }
    this.#settings = settings;
    this.#queues = queues;
    this.#functions = functions;
  }

  get queueArn(): string {
    return this.#settings.queueArn;
  }

  /** Whether messages are being gathered or processed. */
  get busy(): boolean {
    return this.#batches.size > 0 || this.#gathered > 0;
  }

  /** Polls until {@link stop} was called and the queues are closed. */
  async poll(): Promise<void> {
    while (!this.#stopped) {
      if (this.#batches.size >= this.#settings.concurrency) {
        await Promise.race(this.#batches);
        continue;
      }
      const messages = await this.#gather();
      this.#gathered = 0;
      if (messages.length === 0) continue;
      const batch = this.#deliver(messages).finally(() => this.#batches.delete(batch));
      this.#batches.add(batch);
    }
    await Promise.all(this.#batches);
  }

  stop(): void {
    this.#stopped = true;
  }

  /**
   * Waits for a first message, then until the batch is full or the window ends. Lambda polls an empty queue again after
   * 20 s. Here one poll waits, because polls would cost more than all the rest of a long outage.
   */
  async #gather(): Promise<ReceivedMessage[]> {
    const messages = await this.#receive(this.#settings.batchSize, Infinity);
    const closes = performance.now() + this.#settings.window * 1000;
    while (messages.length > 0 && messages.length < this.#settings.batchSize && bytesOf(messages) < BATCH_BYTES) {
      const left = (closes - performance.now()) / 1000;
      if (left <= 0 || this.#stopped) break;
      messages.push(...(await this.#receive(this.#settings.batchSize - messages.length, left)));
    }
    return messages;
  }

  async #receive(most: number, waitSeconds: number): Promise<ReceivedMessage[]> {
    if (this.#stopped) return [];
    const maximum = Math.min(most, RECEIVE_AT_MOST);
    const messages = await this.#queues.receive(this.#settings.queueArn, maximum, waitSeconds);
    this.#gathered += messages.length;
    return messages;
  }

  async #deliver(messages: readonly ReceivedMessage[]): Promise<void> {
    const { queueArn, functionName, reportsItemFailures } = this.#settings;
    const { region } = this.#queues.settings(queueArn);
    const result = await this.#functions.invoke(functionName, {
      Records: messages.map((message) => recordOf(message, queueArn, region)),
    });
    const failed = failedIds(result, reportsItemFailures, new Set(messages.map((message) => message.MessageId)));
    if (failed === "all") return; // The messages become visible again after their visibility time-out.
    for (const message of messages) {
      if (!failed.has(message.MessageId)) await this.#queues.delete(queueArn, message.ReceiptHandle);
    }
  }
}

const responseSchema = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish(),
});

/**
 * Returns the ids of the messages in a batch to retry. An error, a malformed answer or an unknown id means all of them.
 * An empty or missing list means none (Lambda developer guide, services-sqs-errorhandling).
 */
export function failedIds(
  result: InvokeResult,
  reportsItemFailures: boolean,
  known: ReadonlySet<string>,
): ReadonlySet<string> | "all" {
  if (!result.ok) return "all";
  if (!reportsItemFailures || result.payload === null) return new Set();
  const response = responseSchema.safeParse(result.payload);
  if (!response.success) return "all";
  const ids = (response.data.batchItemFailures ?? []).map((failure) => failure.itemIdentifier);
  return ids.every((id) => known.has(id)) ? new Set(ids) : "all";
}

const bytesOf = (messages: readonly ReceivedMessage[]): number =>
  messages.reduce((bytes, message) => bytes + Buffer.byteLength(message.Body), 0);

/** Returns one record of the event, in the shape of https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const recordOf = (message: ReceivedMessage, queueArn: string, region: string): object => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes,
  messageAttributes: message.MessageAttributes,
  md5OfBody: message.MD5OfBody,
  eventSource: "aws:sqs",
  eventSourceARN: queueArn,
  awsRegion: region,
});
