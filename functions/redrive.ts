import { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import { findingScopeFrom, readEnvironment } from "./runtime/environment.ts";
import { describeFailure } from "./runtime/failure.ts";
import { countError, metricsCounter, powertoolsMetrics, type Counter } from "./runtime/metrics.ts";
import { readParkedMessage, type ParkedMessage } from "./work/parked-message.ts";
import { queues, type Queue, type QueueMessage } from "./queues/queue.ts";
import { securityHub, type SecurityHub } from "./security-hub/security-hub.ts";
import { chunks } from "./runtime/chunks.ts";
import { UnreadableMessage } from "./runtime/errors.ts";
import { productArn, type FindingScope } from "./finding/finding-identity.ts";
import { mergeReferences, type NodeReference } from "./work/node-reference.ts";
import { quarantineMessage, type QuarantineEntry } from "./work/quarantine.ts";
import { MAX_NODES } from "./compliance/reading.ts";
import { planRedrive, renewReferences } from "./work/redrive-plan.ts";

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

/** Time kept for the round under way, and for giving back what stays. */
export const RESERVE_MS = 15_000;
/** Messages held per run because they stay; the queue gives out the old ones first, as well as it can. */
const MAX_HELD = 200;
/** Half of the outage queue's 14 days. */
export const RENEW_AFTER_MS = 7 * 24 * 60 * 60_000;

/**
 * Moves the messages of the outage queue to the work queue while Security Hub answers.
 *
 * Each is sent first and deleted after, so that a crash between the two repeats work and loses none. A message that
 * was sent after this run began stays for the next run: its work may have been moved by this run, have failed again,
 * and be back. What is left when the time is over is the next run's too.
 */
export async function run(ports: Ports): Promise<RedriveOutput> {
  const startedAt = ports.now().getTime();
  // Receiving decides, not the queue's counts: they are approximate, and lag.
  const first = await receive(ports);
  if (first.length === 0) return { outcome: "empty", messages: 0 };
  ports.counter.count("MessagesParked", first.length + (await waiting(ports)));
  const away = await securityHubAway(ports);
  const messages = await drain(first, startedAt, away ? renewOld(ports) : moveBack(ports), ports);
  const output = { outcome: away ? "away" : "moved", messages } as const;
  ports.logger.info("redrive", output);
  ports.counter.count(away ? "RedriveWaiting" : "MessagesRedriven", messages);
  return output;
}

/** Only for the metric: a count that cannot be read holds up no work. */
async function waiting({ queue, outageQueueUrl, logger }: Ports): Promise<number> {
  try {
    return await queue.waiting(outageQueueUrl);
  } catch (error) {
    logger.warn("the outage queue was not counted", { error: describeFailure(error) });
    return 0;
  }
}

/** Hidden until the run ends, so that this run sees each message once, and the next run what a crash left. */
function receive({ queue, outageQueueUrl, remaining }: Ports): Promise<QueueMessage[]> {
  return queue.receive(outageQueueUrl, Math.max(1, Math.ceil(remaining() / 1000)));
}

async function securityHubAway({ hub, scope, logger, counter }: Ports): Promise<boolean> {
  try {
    await hub.probe(productArn(scope));
    return false;
  } catch (error) {
    logger.warn("Security Hub does not take findings", { error: describeFailure(error) });
    countError(error, counter);
    return true;
  }
}

/** Does what is to be done with these messages; @returns those that stay in the outage queue */
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

/** Only saves time: without it they show when their visibility time-out is over. */
async function giveBack(held: readonly QueueMessage[], { queue, outageQueueUrl, logger }: Ports): Promise<void> {
  for (const { receiptHandle } of held) {
    try {
      await queue.returnAfter(outageQueueUrl, receiptHandle, 0);
    } catch (error) {
      logger.warn("a message that stays is found late", { error: describeFailure(error) });
    }
  }
}

/** The same reference from several messages, all sent before this run, is moved once: one execution serves them all. */
function moveBack({ queue, scope, workQueueUrl, quarantineQueueUrl, outageQueueUrl }: Ports): Step {
  const moved = new Set<string>();
  return async (messages) => {
    const plans = messages.map((message) => {
      const parked = readable(message, scope);
      if ("entry" in parked) return { move: [], quarantine: [parked.entry], identities: [] };
      const fresh = parked.references.filter((reference) => !moved.has(identity(reference)));
      const { failed, reason } = parked;
      const plan = planRedrive(fresh, { sentAt: sentAt(message), failed, reason });
      return { ...plan, identities: fresh.map(identity) };
    });
    const references = mergeReferences(plans.flatMap(({ move }) => move));
    for (const some of chunks(references, MAX_NODES)) await queue.send(workQueueUrl, { references: some });
    for (const entry of plans.flatMap(({ quarantine }) => quarantine)) await queue.send(quarantineQueueUrl, entry);
    for (const one of plans.flatMap(({ identities }) => identities)) moved.add(one);
    await queue.remove(outageQueueUrl, messages);
    return [];
  };
}

/** While Security Hub is unavailable, only messages that would expire are touched. */
function renewOld({ queue, scope, now, outageQueueUrl, quarantineQueueUrl }: Ports): Step {
  return async (messages) => {
    const old = messages.filter((message) => now().getTime() - message.sentAt > RENEW_AFTER_MS);
    for (const message of old) {
      const parked = readable(message, scope);
      if ("entry" in parked) await queue.send(quarantineQueueUrl, parked.entry);
      else await queue.send(outageQueueUrl, renewedMessage(parked, message));
      await queue.remove(outageQueueUrl, [message]);
    }
    return messages.filter((message) => !old.includes(message));
  };
}

/** Whether the last attempt failed is counted now, since the new message does not say how the old one came here. */
function renewedMessage({ references, failed, reason }: ParkedMessage, message: QueueMessage) {
  const again = renewReferences(references, { sentAt: sentAt(message), failed });
  return { references: again, reason: "Renewed", error: { Error: "Renewed", Cause: reason } };
}

function readable({ body, deadLetter }: QueueMessage, home: FindingScope): ParkedMessage | { entry: QuarantineEntry } {
  try {
    return readParkedMessage(body, deadLetter, home);
  } catch (error) {
    if (!(error instanceof UnreadableMessage)) throw error;
    return { entry: quarantineMessage(body, error.message) };
  }
}

function sentAt(message: QueueMessage): string {
  return new Date(message.sentAt).toISOString();
}

/** Everything but the attempts, which start again anyway. A reference that was moved more often is another one. */
function identity(reference: NodeReference): string {
  return JSON.stringify({ ...reference, attempts: 0, ec2Attempts: undefined });
}

function createPorts(): Omit<Ports, "remaining"> {
  const environment = readEnvironment("redrive");
  return {
    queue: queues(),
    hub: securityHub(),
    scope: findingScopeFrom(environment),
    outageQueueUrl: environment.OUTAGE_QUEUE_URL,
    workQueueUrl: environment.WORK_QUEUE_URL,
    quarantineQueueUrl: environment.QUARANTINE_QUEUE_URL,
    logger: new Logger({ serviceName: "redrive" }),
    counter: metricsCounter(powertoolsMetrics(environment)),
    now: () => new Date(),
  };
}

let ports: Omit<Ports, "remaining"> | undefined;

/** Entry of the redrive schedule. */
export const handler = async (_: unknown, context: Context): Promise<RedriveOutput> =>
  run({ ...(ports ??= createPorts()), remaining: () => context.getRemainingTimeInMillis() });
