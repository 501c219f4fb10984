import { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import type { Destination } from "./finding/destination.ts";
import { destinationFrom } from "./runtime/destination.ts";
import { accountScopeFrom, readEnvironment } from "./runtime/environment.ts";
import { describeFailure } from "./runtime/failure.ts";
import { countError, metricsCounter, powertoolsMetrics, type Counter } from "./runtime/metrics.ts";
import { readParkedMessage, type ParkedMessage } from "./work/parked-message.ts";
import { queues, type Queue, type QueueMessage } from "./queues/queue.ts";
import { chunks } from "./runtime/chunks.ts";
import { UnreadableMessage } from "./runtime/errors.ts";
import type { AccountScope } from "./work/account-scope.ts";
import { mergeReferences, type NodeReference } from "./work/node-reference.ts";
import { quarantineMessage, type QuarantineEntry } from "./work/quarantine.ts";
import { MAX_NODES } from "./compliance/reading.ts";
import { planRedrive, renewReferences } from "./work/redrive-plan.ts";

interface Ports {
  readonly queue: Queue;
  readonly destination: Pick<Destination, "name" | "probe">;
  readonly scope: AccountScope;
  readonly outageQueueUrl: string;
  readonly workQueueUrl: string;
  readonly quarantineQueueUrl: string;
  readonly logger: Pick<Logger, "info" | "warn">;
  readonly counter: Counter;
  readonly now: () => Date;
  /** Milliseconds until Lambda ends the function. */
  readonly remaining: () => number;
}

/** The result of one scheduled run. */
export interface RedriveOutput {
  readonly outcome: "empty" | "moved" | "unavailable";
  /** Messages taken from the outage queue. */
  readonly messages: number;
}

/** Milliseconds kept for the current round, and for returning messages to the queue. */
export const RESERVE_MS = 15_000;
/** The most messages that a run hides because they stay in the queue. SQS returns older messages first, as a rule. */
const MAX_HELD = 200;
/** Age at which a message is sent again before it expires: half of the outage queue's 14 days. */
export const RENEW_AFTER_MS = 7 * 24 * 60 * 60_000;

/**
 * Moves the messages of the outage queue to the work queue if the destination is available. If it is unavailable, only
 * messages that would expire are sent again.
 *
 * Each message is sent before the old one is deleted, so a crash repeats work but loses none. Messages that were sent
 * after the run started stay for the next run: this run may have moved their nodes, which then failed again.
 *
 * @throws any error of the queues. The next run continues
 * @example
 * const { outcome, messages } = await run(ports);
 */
export async function run(ports: Ports): Promise<RedriveOutput> {
  const startedAt = ports.now().getTime();
  // Receives instead of counting, because the queue's counts are approximate and late.
  const first = await receive(ports);
  if (first.length === 0) return { outcome: "empty", messages: 0 };
  ports.counter.count("MessagesParked", first.length + (await waiting(ports)));
  const unavailable = await isUnavailable(ports);
  const messages = await drain(first, startedAt, unavailable ? renewOld(ports) : moveBack(ports), ports);
  const output = { outcome: unavailable ? "unavailable" : "moved", messages } as const;
  ports.logger.info("redrive finished", output);
  ports.counter.count(unavailable ? "RedriveWaiting" : "MessagesRedriven", messages);
  return output;
}

/** Returns the approximate number of other messages, or 0 if it cannot be read: it is only a metric. */
async function waiting({ queue, outageQueueUrl, logger }: Ports): Promise<number> {
  try {
    return await queue.waiting(outageQueueUrl);
  } catch (error) {
    logger.warn("outage queue not counted", { error: describeFailure(error) });
    return 0;
  }
}

/** Receives messages and hides them until the run ends. After a crash, the next run sees them again. */
function receive({ queue, outageQueueUrl, remaining }: Ports): Promise<QueueMessage[]> {
  return queue.receive(outageQueueUrl, Math.max(1, Math.ceil(remaining() / 1000)));
}

async function isUnavailable({ destination, logger, counter }: Ports): Promise<boolean> {
  try {
    await destination.probe();
    return false;
  } catch (error) {
    logger.warn(`${destination.name} accepts no findings`, { error: describeFailure(error) });
    countError(error, counter);
    return true;
  }
}

/** Handles messages, and returns those that stay in the outage queue. */
type Step = (messages: readonly QueueMessage[]) => Promise<readonly QueueMessage[]>;

async function drain(first: QueueMessage[], startedAt: number, step: Step, ports: Ports): Promise<number> {
  const held: QueueMessage[] = [];
  let done = 0;
  try {
    for (let messages = first; messages.length > 0; messages = await receive(ports)) {
      const older = messages.filter(({ sentAt }) => sentAt < startedAt);
      held.push(...messages.filter(({ sentAt }) => sentAt >= startedAt));
      const staying = await step(older);
      held.push(...staying);
      done += older.length - staying.length;
      if (ports.remaining() <= RESERVE_MS || held.length >= MAX_HELD) break;
    }
  } finally {
    await giveBack(held, ports);
  }
  return done;
}

/** Returns messages to the queue early. If that fails, they are visible after their visibility time-out. */
async function giveBack(held: readonly QueueMessage[], { queue, outageQueueUrl, logger }: Ports): Promise<void> {
  for (const { receiptHandle } of held) {
    try {
      await queue.returnAfter(outageQueueUrl, receiptHandle, 0);
    } catch (error) {
      logger.warn("message not returned to the queue early", { error: describeFailure(error) });
    }
  }
}

/** Returns the step that moves messages. If several messages have the same reference, it is moved once. */
function moveBack({ queue, scope, workQueueUrl, quarantineQueueUrl, outageQueueUrl }: Ports): Step {
  const moved = new Set<string>();
  return async (messages) => {
    const plans = messages.map((message) => {
      const parked = readOrQuarantine(message, scope);
      if ("entry" in parked) return { move: [], quarantine: [parked.entry], identities: [] };
      const unmoved = parked.references.filter((reference) => !moved.has(identity(reference)));
      const { failed, reason } = parked;
      const plan = planRedrive(unmoved, { sentAt: sentAt(message), failed, reason });
      return { ...plan, identities: unmoved.map(identity) };
    });
    const references = mergeReferences(plans.flatMap(({ move }) => move));
    for (const batch of chunks(references, MAX_NODES)) await queue.send(workQueueUrl, { references: batch });
    for (const entry of plans.flatMap(({ quarantine }) => quarantine)) await queue.send(quarantineQueueUrl, entry);
    for (const movedIdentity of plans.flatMap(({ identities }) => identities)) moved.add(movedIdentity);
    await queue.remove(outageQueueUrl, messages);
    return [];
  };
}

/** Returns the step for an outage: it sends only messages again that would expire. */
function renewOld({ queue, scope, now, outageQueueUrl, quarantineQueueUrl }: Ports): Step {
  return async (messages) => {
    const old = messages.filter((message) => now().getTime() - message.sentAt > RENEW_AFTER_MS);
    for (const message of old) {
      const parked = readOrQuarantine(message, scope);
      if ("entry" in parked) await queue.send(quarantineQueueUrl, parked.entry);
      else await queue.send(outageQueueUrl, renewedMessage(parked, message));
      await queue.remove(outageQueueUrl, [message]);
    }
    return messages.filter((message) => !old.includes(message));
  };
}

/** Counts the last failure now, because the new message does not say why the old one was parked. */
function renewedMessage({ references, failed, reason }: ParkedMessage, message: QueueMessage) {
  const renewed = renewReferences(references, { sentAt: sentAt(message), failed });
  return { references: renewed, reason: "Renewed", error: { Error: "Renewed", Cause: reason } };
}

function readOrQuarantine(
  { body, deadLetter }: QueueMessage,
  scope: AccountScope,
): ParkedMessage | { entry: QuarantineEntry } {
  try {
    return readParkedMessage(body, deadLetter, scope);
  } catch (error) {
    if (!(error instanceof UnreadableMessage)) throw error;
    return { entry: quarantineMessage(body, error.message) };
  }
}

function sentAt(message: QueueMessage): string {
  return new Date(message.sentAt).toISOString();
}

/** Returns a key of everything but the attempts, which are set back anyway. Each move gives another key. */
function identity(reference: NodeReference): string {
  return JSON.stringify({ ...reference, attempts: 0, ec2Attempts: undefined });
}

function createPorts(): Omit<Ports, "remaining"> {
  const environment = readEnvironment("redrive");
  const logger = new Logger({ serviceName: "redrive" });
  const counter = metricsCounter(powertoolsMetrics(environment));
  return {
    queue: queues(),
    destination: destinationFrom(environment, logger, counter),
    scope: accountScopeFrom(environment),
    outageQueueUrl: environment.OUTAGE_QUEUE_URL,
    workQueueUrl: environment.WORK_QUEUE_URL,
    quarantineQueueUrl: environment.QUARANTINE_QUEUE_URL,
    logger,
    counter,
    now: () => new Date(),
  };
}

let ports: Omit<Ports, "remaining"> | undefined;

/** Handles the redrive schedule. */
export const handler = async (_: unknown, context: Context): Promise<RedriveOutput> =>
  run({ ...(ports ??= createPorts()), remaining: () => context.getRemainingTimeInMillis() });
