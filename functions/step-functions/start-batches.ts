import type { Logger } from "@aws-lambda-powertools/logger";
import pLimit from "p-limit";
import { describeFailure, failureKind } from "../runtime/failure.ts";
import type { Queue } from "../queues/queue.ts";
import type { NodeReference } from "../work/node-reference.ts";
import type { ExecutionsInFlight } from "./executions-in-flight.ts";
import { RESERVE_MS, startBatch, type BatchPorts } from "./start-batch.ts";

/** The nodes of one execution, and the messages that name them. */
export interface Batch {
  readonly references: readonly NodeReference[];
  readonly messageIds: readonly string[];
}

export interface CeilingPorts extends BatchPorts {
  readonly queue: Pick<Queue, "send" | "sendAfter">;
  readonly stateMachine: Pick<ExecutionsInFlight, "start" | "count">;
  /** The most executions that run at the same time. */
  readonly maximumExecutions: number;
  readonly workQueueUrl: string;
  readonly logger: Pick<Logger, "info" | "warn" | "error">;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Returns a number from 0 to below 1. */
  readonly random: () => number;
}

/**
 * Concurrent calls. The account shares StartExecution's quota, in some Regions 150 a second (Step Functions developer
 * guide, "Quotas").
 */
const CONCURRENCY = 10;
/** Milliseconds between two counts: the first after a start. While nothing starts, the pause grows to the last. */
const FIRST_PAUSE_MS = 1_000;
const LAST_PAUSE_MS = 3_000;
const PAUSE_GROWTH = 1.5;
/** Milliseconds kept for the last starts, before the time that is kept for parking and returning. */
export const LAST_STARTS_MS = 15_000;
/** Milliseconds without which nothing is sent any more. A send usually takes less than 0.1 s. */
const SEND_MS = 2_000;
/** Seconds until a batch without a free slot comes back. The spread keeps the batches from coming back together. */
const SHORTEST_DELAY_SECONDS = 10;
export const LONGEST_DELAY_SECONDS = 30;

/**
 * Starts executions for these batches, at most as many at the same time as the ceiling allows. Batches without a free
 * slot wait here, and when the time is nearly up they go back to the work queue as new messages. So waiting raises no
 * receive count.
 *
 * @returns the nodes that are in no execution and no queue yet: their messages must be received again
 * @example
 * const left = await startBatches([{ references, messageIds: ["059f36b4-87a3-44ab-83d2-661975830a7d"] }], ports);
 */
export async function startBatches(batches: readonly Batch[], ports: CeilingPorts): Promise<readonly NodeReference[]> {
  const limit = pLimit(CONCURRENCY);
  const waiting = [...batches];
  const left: NodeReference[] = [];
  const start = (batch: Batch) => limit(() => startBatch(batch.references, batch.messageIds, ports));
  let pauseMs = FIRST_PAUSE_MS;
  while (waiting.length > 0) {
    const next = waiting.splice(0, await freeSlots(ports));
    left.push(...(await Promise.all(next.map(start))).flat());
    pauseMs = next.length > 0 ? FIRST_PAUSE_MS : Math.min(pauseMs * PAUSE_GROWTH, LAST_PAUSE_MS);
    if (waiting.length === 0 || timeToWait(ports) <= pauseMs) break;
    await ports.pause(pauseMs);
  }
  return [...left, ...(await sendAllBack(waiting, ports))];
}

const timeToWait = ({ remaining }: CeilingPorts): number => remaining() - RESERVE_MS - LAST_STARTS_MS;

/** Returns how many executions may start now: 0 if Step Functions does not say, all if it may not be asked. */
async function freeSlots(ports: CeilingPorts): Promise<number> {
  const { counter, logger, maximumExecutions, stateMachine } = ports;
  const time = timeToWait(ports);
  if (time <= 0) return 0;
  try {
    return Math.max(0, maximumExecutions - (await stateMachine.count(maximumExecutions, AbortSignal.timeout(time))));
  } catch (error) {
    const kind = failureKind(error);
    logger.warn("executions not counted", { kind, error: describeFailure(error) });
    if (kind === "throttled" || kind === "unavailable") return 0;
    // Waiting does not help: a person must act. Until then the work goes on without the ceiling.
    counter.count("ExecutionsNotCounted");
    return Infinity;
  }
}

async function sendAllBack(batches: readonly Batch[], ports: CeilingPorts): Promise<readonly NodeReference[]> {
  if (batches.length === 0) return [];
  const limit = pLimit(CONCURRENCY);
  ports.counter.count("ExecutionsWaiting", batches.length);
  ports.logger.info("nodes sent back to the work queue, because no execution may start", { batches: batches.length });
  const notSent = await Promise.all(batches.map(({ references }) => limit(() => sendBack(references, ports))));
  return notSent.flat();
}

/** Sends the nodes to the work queue again. Returns them if the queue did not accept them. */
async function sendBack(references: readonly NodeReference[], ports: CeilingPorts): Promise<readonly NodeReference[]> {
  if (ports.remaining() <= SEND_MS) return references;
  const spread = LONGEST_DELAY_SECONDS - SHORTEST_DELAY_SECONDS + 1;
  const seconds = SHORTEST_DELAY_SECONDS + Math.floor(ports.random() * spread);
  try {
    await ports.queue.sendAfter(ports.workQueueUrl, { references }, seconds);
    return [];
  } catch (error) {
    ports.logger.error("message not sent", { queueUrl: ports.workQueueUrl, error: describeFailure(error) });
    return references;
  }
}
