import { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import { findingScopeFrom, requiredVariable } from "./aws/environment.ts";
import { describeFailure } from "./aws/failure.ts";
import { metricsCounter, type Counter } from "./aws/metrics.ts";
import { queues, type Queue, type QueueMessage } from "./aws/queue.ts";
import { securityHub, type SecurityHub } from "./aws/security-hub.ts";
import { readWorkMessage, wasParkedOnPurpose } from "./aws/work-message.ts";
import { chunks } from "./domain/chunks.ts";
import { UnreadableMessage } from "./domain/errors.ts";
import { productArn, type FindingScope } from "./domain/finding-identity.ts";
import { mergeReferences, type NodeReference } from "./domain/node-reference.ts";
import { quarantineMessage, type QuarantineEntry } from "./domain/quarantine.ts";
import { MAX_NODES } from "./domain/reading.ts";
import { planRedrive, renewed, type Arrival } from "./domain/redrive.ts";

interface Ports {
  readonly queue: Queue;
  readonly hub: Pick<SecurityHub, "probe">;
  readonly scope: FindingScope;
  readonly outageQueueUrl: string;
  readonly workQueueUrl: string;
  readonly quarantineQueueUrl: string;
  readonly logger: Pick<Logger, "info" | "warn">;
  readonly counter: Counter;
  readonly now: () => Date;
  /** Milliseconds until the function is ended from outside. */
  readonly remaining: () => number;
}

/** What one scheduled run did. */
export interface RedriveOutput {
  readonly outcome: "empty" | "moved" | "away";
  /** Messages taken from the outage queue. */
  readonly messages: number;
}

/** Longer than one round of receive, send and delete takes, shorter than the wait for the next run. */
export const HIDE_SECONDS = 60;
export const RESERVE_MS = 15_000;
/** Messages looked at per run for their age; the queue gives out the old ones first, as well as it can. */
const MAX_STAYING = 200;
/** Half of the outage queue's 14 days. */
export const RENEW_AFTER_MS = 7 * 24 * 60 * 60_000;

/**
 * Puts work back: if the outage queue holds any and Security Hub answers, its messages move to the work queue.
 * Each is sent first and deleted after, so that a crash between the two repeats work and loses none. What is left when
 * the time is over is the next run's.
 */
export async function run(ports: Ports): Promise<RedriveOutput> {
  const waiting = await ports.queue.waiting(ports.outageQueueUrl);
  if (waiting === 0) return { outcome: "empty", messages: 0 };
  ports.counter.count("MessagesParked", waiting);
  const away = await securityHubAway(ports);
  const messages = away ? await drain(ports, renewOld) : await drain(ports, moveBack);
  const output = { outcome: away ? "away" : "moved", messages } as const;
  ports.logger.info("redrive", output);
  ports.counter.count(away ? "RedriveWaiting" : "MessagesRedriven", messages);
  return output;
}

async function securityHubAway({ hub, scope, logger, counter }: Ports): Promise<boolean> {
  try {
    await hub.probe(productArn(scope));
    return false;
  } catch (error) {
    logger.warn("Security Hub does not take findings", { error: describeFailure(error) });
    if (error instanceof Error) counter.count(error.name);
    return true;
  }
}

/** @returns the messages that stay in the outage queue */
type Step = (messages: readonly QueueMessage[], seen: Set<string>, ports: Ports) => Promise<readonly QueueMessage[]>;

async function drain(ports: Ports, step: Step): Promise<number> {
  const seen = new Set<string>();
  const staying: QueueMessage[] = [];
  let received = 0;
  while (ports.remaining() > RESERVE_MS && staying.length < MAX_STAYING) {
    const messages = await ports.queue.receive(ports.outageQueueUrl, HIDE_SECONDS);
    if (messages.length === 0) break;
    received += messages.length;
    staying.push(...(await step(messages, seen, ports)));
  }
  // Hidden until now, so that none was looked at twice; the next run must find them.
  for (const { receiptHandle } of staying) await ports.queue.returnAfter(ports.outageQueueUrl, receiptHandle, 0);
  return received - staying.length;
}

/** Repeated references are dropped: within these messages, and those that this run has moved before. */
const moveBack: Step = async (messages, seen, ports) => {
  const plans = messages.map((message) => planOf(message));
  const fresh = mergeReferences(plans.flatMap(({ move }) => move)).filter(
    (reference) => !seen.has(identity(reference)),
  );
  for (const references of chunks(fresh, MAX_NODES)) await ports.queue.send(ports.workQueueUrl, { references });
  for (const reference of fresh) seen.add(identity(reference));
  for (const entry of plans.flatMap(({ quarantine }) => quarantine)) {
    await ports.queue.send(ports.quarantineQueueUrl, entry);
  }
  await ports.queue.remove(ports.outageQueueUrl, messages);
  return [];
};

/** While Security Hub is away only what would expire is touched. */
const renewOld: Step = async (messages, _, ports) => {
  const old = messages.filter(({ sentAt }) => ports.now().getTime() - sentAt > RENEW_AFTER_MS);
  for (const message of old) {
    const references = readable(message);
    await (Array.isArray(references)
      ? ports.queue.send(ports.outageQueueUrl, { references: renewed(references, arrivalOf(message)) })
      : ports.queue.send(ports.quarantineQueueUrl, references));
    await ports.queue.remove(ports.outageQueueUrl, [message]);
  }
  return messages.filter((message) => !old.includes(message));
};

function planOf(message: QueueMessage): ReturnType<typeof planRedrive> {
  const references = readable(message);
  return Array.isArray(references)
    ? planRedrive(references, arrivalOf(message))
    : { move: [], quarantine: [references] };
}

function readable({ body }: QueueMessage): NodeReference[] | QuarantineEntry {
  try {
    return readWorkMessage(body);
  } catch (error) {
    if (!(error instanceof UnreadableMessage)) throw error;
    return quarantineMessage(body, error.message);
  }
}

function arrivalOf({ sentAt, deadLetter, body }: QueueMessage): Arrival {
  return { sentAt: new Date(sentAt).toISOString(), died: deadLetter || !wasParkedOnPurpose(body) };
}

function identity({ nodeId, patchRun, associationRun, sweep, gone }: NodeReference): string {
  return JSON.stringify([nodeId, patchRun, associationRun, sweep, gone]);
}

let ports: Omit<Ports, "remaining"> | undefined;

/** Entry of the redrive schedule. */
export const handler = async (_: unknown, context: Context): Promise<RedriveOutput> =>
  run({
    ...(ports ??= {
      queue: queues(),
      hub: securityHub(),
      scope: findingScopeFrom(),
      outageQueueUrl: requiredVariable("OUTAGE_QUEUE_URL"),
      workQueueUrl: requiredVariable("WORK_QUEUE_URL"),
      quarantineQueueUrl: requiredVariable("QUARANTINE_QUEUE_URL"),
      logger: new Logger({ serviceName: "redrive" }),
      counter: metricsCounter(),
      now: () => new Date(),
    }),
    remaining: () => context.getRemainingTimeInMillis(),
  });
