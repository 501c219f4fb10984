import { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import type { Destination } from "./finding/destination.ts";
import { destinationFrom } from "./runtime/destination.ts";
import { accountScopeFrom, readEnvironment } from "./runtime/environment.ts";
import { describeFailure } from "./runtime/failure.ts";
import { countError, metricsCounter, powertoolsMetrics, type Counter } from "./runtime/metrics.ts";
import { readParkedMessage, type ParkedMessage } from "./work/parked-message.ts";
import { drain, receiveHidden } from "./queues/drain.ts";
import { queues, type Queue, type QueueMessage } from "./queues/queue.ts";
import { chunks } from "./runtime/chunks.ts";
import { UnreadableMessage } from "./runtime/errors.ts";
import type { AccountScope } from "./work/account-scope.ts";
import { mergeReferences, type NodeReference } from "./work/node-reference.ts";
import { quarantineMessage, type QuarantineEntry } from "./work/quarantine.ts";
import { MAX_NODES } from "./compliance/reading.ts";
import { backOffMinutes, executionsFor, Slots } from "./work/redrive-pace.ts";
import { planRedrive, renewReferences } from "./work/redrive-plan.ts";

interface Ports {
  readonly queue: Queue;
  readonly destination: Pick<Destination, "name" | "probe">;
  readonly scope: AccountScope;
  readonly outageQueueUrl: string;
  readonly workQueueUrl: string;
  readonly quarantineQueueUrl: string;
  /** Minutes between two scheduled runs. */
  readonly redriveMinutes: number;
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
  /** Messages that wait, because their nodes came back after an earlier run had moved them. */
  readonly backingOff: number;
}

/** The most messages that a run hides if it may not move more. SQS returns older messages first, as a rule. */
const MAX_HELD = 200;
/** Age at which a message is sent again before it expires: half of the outage queue's 14 days. */
export const RENEW_AFTER_MS = 7 * 24 * 60 * 60_000;

/**
 * Moves messages of the outage queue to the work queue if the destination is available: as many as can run until the next
 * run, and each at its time (redrive-pace.ts). Of the messages that stay, those that would expire are sent again.
 *
 * Each message is sent before the old one is deleted, so a crash repeats work but loses none. Messages that were sent
 * after the run started stay for the next run: this run may have moved their nodes, which then failed again.
 *
 * @param skipsBackOff moves messages that back off too
 * @throws any error of the queues. The next run continues
 * @example
 * const { outcome, messages } = await run(ports);
 */
export async function run(ports: Ports, skipsBackOff = false): Promise<RedriveOutput> {
  const { outageQueueUrl, workQueueUrl, redriveMinutes, counter } = ports;
  const startedAt = ports.now().getTime();
  // Receives instead of counting, because the queue's counts are approximate and late.
  const first = await receiveHidden(outageQueueUrl, ports);
  if (first.length === 0) return { outcome: "empty", messages: 0, backingOff: 0 };
  counter.count("MessagesParked", first.length + (await waiting(outageQueueUrl, ports)));
  const unavailable = await isUnavailable(ports);
  const slots = new Slots(redriveMinutes, unavailable ? Infinity : await waiting(workQueueUrl, ports));
  const done = { moved: 0, renewed: 0, backingOff: 0 };
  // During an outage no message backs off: all wait.
  const turn = { startedAt, slots, skipsBackOff: skipsBackOff || unavailable, done };
  await drain(outageQueueUrl, first, steps(turn, ports), ports);
  const { moved, renewed, backingOff } = done;
  const output = { outcome: unavailable ? "unavailable" : "moved", messages: moved + renewed, backingOff } as const;
  ports.logger.info("redrive finished", output);
  counter.count("MessagesRedriven", moved);
  counter.count("RedriveWaiting", renewed);
  counter.count("MessagesBackingOff", backingOff);
  return output;
}

/** Returns the approximate number of messages that wait in a queue, or 0 if it cannot be read. */
async function waiting(queueUrl: string, { queue, logger }: Ports): Promise<number> {
  try {
    return await queue.waiting(queueUrl);
  } catch (error) {
    logger.warn("queue not counted", { queueUrl, error: describeFailure(error) });
    return 0;
  }
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

/** One run: what it may move, and the messages so far. */
interface Turn {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly slots: Slots;
  readonly skipsBackOff: boolean;
  readonly done: { moved: number; renewed: number; backingOff: number };
}

/** A message of the outage queue, or the quarantine entry of one that cannot be read. */
interface Arrived {
  readonly message: QueueMessage;
  readonly parked: ParkedMessage | { readonly entry: QuarantineEntry };
}

function steps(turn: Turn, ports: Ports): Parameters<typeof drain>[2] {
  const { startedAt, slots, done } = turn;
  const move = mover(turn, ports);
  return {
    sentBefore: startedAt,
    enough: (staying) => slots.free <= 0 && staying >= MAX_HELD,
    handle: async (messages) => {
      const all = messages.map((message): Arrived => ({ message, parked: readOrQuarantine(message, ports.scope) }));
      const backingOff = all.filter((arrived) => !turn.skipsBackOff && isBackingOff(arrived, ports));
      const moved = await move(all.filter((arrived) => !backingOff.includes(arrived)));
      const renewed = await renewOld(
        all.filter((arrived) => !moved.includes(arrived)),
        ports,
      );
      done.moved += moved.length;
      done.renewed += renewed.length;
      done.backingOff += backingOff.length;
      const gone = new Set([...moved, ...renewed].map(({ message }) => message));
      return messages.filter((message) => !gone.has(message));
    },
  };
}

function isBackingOff({ message, parked }: Arrived, { now, redriveMinutes }: Ports): boolean {
  if ("entry" in parked) return false;
  return now().getTime() < message.sentAt + backOffMinutes(parked, redriveMinutes) * 60_000;
}

/**
 * Returns a function that moves messages while slots are free, and returns those that it moved. If several messages have
 * the same reference, it is moved once.
 */
function mover({ slots, startedAt }: Turn, ports: Ports) {
  const { queue, workQueueUrl, quarantineQueueUrl, outageQueueUrl } = ports;
  const known = new Set<string>();
  return async (arrived: readonly Arrived[]): Promise<readonly Arrived[]> => {
    const plans: ReturnType<typeof planOf>[] = [];
    for (const each of arrived) {
      if (executionsFor(plans.flatMap(({ move }) => move)) >= slots.free) break;
      plans.push(planOf(each, known));
    }
    const references = mergeReferences(plans.flatMap(({ move }) => move));
    for (const batch of chunks(references, MAX_NODES)) {
      const elapsedSeconds = (ports.now().getTime() - startedAt) / 1000;
      await queue.sendAfter(workQueueUrl, { references: batch }, slots.take(batch, elapsedSeconds));
    }
    for (const entry of plans.flatMap(({ quarantine }) => quarantine)) await queue.send(quarantineQueueUrl, entry);
    for (const identity of plans.flatMap(({ identities }) => identities)) known.add(identity);
    const moved = arrived.slice(0, plans.length);
    await queue.remove(
      outageQueueUrl,
      moved.map(({ message }) => message),
    );
    return moved;
  };
}

/** Plans the references of one message that this run has not moved yet. */
function planOf({ message, parked }: Arrived, known: ReadonlySet<string>) {
  if ("entry" in parked) return { move: [], quarantine: [parked.entry], identities: [] };
  const unmoved = parked.references.filter((reference) => !known.has(identityOf(reference)));
  const { failed, reason } = parked;
  const plan = planRedrive(unmoved, { sentAt: sentAt(message), failed, reason });
  return { ...plan, identities: unmoved.map(identityOf) };
}

/** Sends those messages again that would expire, and returns them. */
async function renewOld(arrived: readonly Arrived[], ports: Ports): Promise<readonly Arrived[]> {
  const { queue, now, outageQueueUrl, quarantineQueueUrl } = ports;
  const old = arrived.filter(({ message }) => now().getTime() - message.sentAt > RENEW_AFTER_MS);
  for (const { message, parked } of old) {
    if ("entry" in parked) await queue.send(quarantineQueueUrl, parked.entry);
    else await queue.send(outageQueueUrl, renewedMessage(parked, message));
    await queue.remove(outageQueueUrl, [message]);
  }
  return old;
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
function identityOf(reference: NodeReference): string {
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
    redriveMinutes: environment.REDRIVE_MINUTES,
    logger,
    counter,
    now: () => new Date(),
  };
}

let ports: Omit<Ports, "remaining"> | undefined;

/** Handles the redrive schedule. A person may invoke the function with `{"now": true}`: then nothing backs off. */
export const handler = async (event: unknown, context: Context): Promise<RedriveOutput> => {
  const remaining = () => context.getRemainingTimeInMillis();
  return run({ ...(ports ??= createPorts()), remaining }, asksForNow(event));
};

/**
 * Returns whether the payload is that of a person who fixed the cause. The schedule's event has no `now`.
 *
 * @example
 * asksForNow({ now: true }); // true
 */
export function asksForNow(event: unknown): boolean {
  return typeof event === "object" && event !== null && "now" in event && event.now === true;
}
