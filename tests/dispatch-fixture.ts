/** Dispatch with everything around it in memory. */
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { run } from "../functions/dispatch.ts";
import type { NodeReference } from "../functions/domain/node-reference.ts";
import { countingIn } from "./counters.ts";
import { nodeId, reference } from "./node-fixtures.ts";

export function record(messageId: string, body: string): SQSRecord {
  return {
    messageId,
    receiptHandle: `receipt ${messageId}`,
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "0",
      SenderId: "x",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-2:111122223333:work",
    awsRegion: "us-east-2",
  };
}

/** A message of our own about these nodes. */
export function message(messageId: string, ...nodes: number[]): SQSRecord {
  const references = nodes.map((node) => reference({ nodeId: nodeId(node) }));
  return record(messageId, JSON.stringify({ references }));
}

export interface Start {
  readonly name: string;
  readonly input: { readonly references: readonly NodeReference[] };
}

export interface Trouble {
  /** Why this execution is not started; undefined if it is. */
  readonly start?: (start: Start) => Error | undefined;
  /** True if the quarantine and outage queues take nothing. */
  readonly send?: boolean;
  readonly giveBack?: boolean;
  readonly remaining?: () => number;
}

/** Runs dispatch on these messages, and tells what it did. */
export async function dispatch(records: SQSRecord[], trouble: Trouble = {}) {
  const started: Start[] = [];
  const quarantined: unknown[] = [];
  const parked: unknown[] = [];
  const givenBack: string[] = [];
  const counted: string[] = [];
  let atOnce = 0;
  let most = 0;
  const none = () => undefined;
  const ports: Parameters<typeof run>[1] = {
    home: { account: "111122223333", region: "us-east-2" },
    counter: countingIn(counted),
    remaining: trouble.remaining ?? (() => 60_000),
    workQueueUrl: "work",
    outageQueueUrl: "outage",
    quarantineQueueUrl: "quarantine",
    logger: { info: none, warn: none, error: none },
    workflow: {
      start: async (name, input) => {
        const start = { name, input: input as Start["input"] };
        most = Math.max(most, ++atOnce);
        await Promise.resolve();
        atOnce -= 1;
        const failure = trouble.start?.(start);
        if (failure !== undefined) throw failure;
        started.push(start);
      },
    },
    queue: {
      send: (queueUrl, entry) => {
        if (trouble.send === true) return Promise.reject(new Error("no"));
        if (queueUrl === "outage") parked.push(entry);
        else quarantined.push({ queueUrl, entry });
        return Promise.resolve();
      },
      returnAfter: (queueUrl, receiptHandle, seconds) => {
        givenBack.push(`${queueUrl}: ${receiptHandle} after ${seconds}`);
        return trouble.giveBack === true ? Promise.reject(new Error("no")) : Promise.resolve();
      },
    },
  };
  const event: SQSEvent = { Records: records };
  const { batchItemFailures } = await run(event, ports);
  const nodes = started.map(({ input }) => input.references.map((one) => one.nodeId));
  return {
    started,
    nodes,
    quarantined,
    parked,
    counted,
    most,
    givenBack,
    failed: batchItemFailures.map((one) => one.itemIdentifier),
  };
}

export const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => nodeId(from + index));
export const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
