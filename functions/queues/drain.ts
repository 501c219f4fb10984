import type { Logger } from "@aws-lambda-powertools/logger";
import { describeFailure } from "../runtime/failure.ts";
import { chunks } from "../runtime/chunks.ts";
import { MAX_BATCH, type Queue, type QueueMessage } from "./queue.ts";

interface DrainPorts {
  readonly queue: Pick<Queue, "receive" | "returnAll">;
  readonly logger: Pick<Logger, "warn">;
  /** Milliseconds until Lambda ends the function. */
  readonly remaining: () => number;
}

interface Steps {
  /** Epoch milliseconds. Messages that were sent at this time or later stay. */
  readonly sentBefore: number;
  /** Handles messages, and returns those that stay in the queue. */
  readonly handle: (messages: readonly QueueMessage[]) => Promise<readonly QueueMessage[]>;
  /** Tells whether to stop, with so many messages that stay. */
  readonly enough: (staying: number) => boolean;
}

/** Milliseconds kept for the current round, and for returning messages to the queue. */
export const RESERVE_MS = 15_000;
/** Milliseconds kept for each message that is returned: ten times what a call for 10 messages takes. */
const RETURN_MS = 10;
/** Milliseconds that one more call may take. */
const LAST_CALL_MS = 2_000;

/**
 * Receives messages and hides them until the function ends, so that after a crash the next run sees them again.
 *
 * @example
 * const messages = await receiveHidden(outageQueueUrl, ports);
 */
export function receiveHidden(queueUrl: string, { queue, remaining }: DrainPorts): Promise<QueueMessage[]> {
  return queue.receive(queueUrl, Math.max(1, Math.ceil(remaining() / 1000)));
}

/**
 * Handles the messages of a queue until it is empty, time runs out or `enough` says so. Messages that stay are hidden
 * until the end, so that the messages behind them are reached. Then they are returned.
 *
 * @param first messages that were received already
 * @example
 * await drain(outageQueueUrl, first, { sentBefore: Date.now(), handle, enough }, ports);
 */
export async function drain(
  queueUrl: string,
  first: readonly QueueMessage[],
  { sentBefore, handle, enough }: Steps,
  ports: DrainPorts,
): Promise<void> {
  // Only the handles: the bodies of many messages do not fit into the function's memory.
  const held: string[] = [];
  const hold = (staying: readonly QueueMessage[]) => held.push(...staying.map(({ receiptHandle }) => receiptHandle));
  try {
    for (let messages = first; messages.length > 0; messages = await receiveHidden(queueUrl, ports)) {
      hold(messages.filter(({ sentAt }) => sentAt >= sentBefore));
      hold(await handle(messages.filter(({ sentAt }) => sentAt < sentBefore)));
      if (ports.remaining() <= RESERVE_MS + held.length * RETURN_MS || enough(held.length)) break;
    }
  } finally {
    await giveBack(queueUrl, held, ports);
  }
}

/** Returns messages to the queue early. If that fails, they are visible after their visibility time-out. */
async function giveBack(queueUrl: string, held: readonly string[], ports: DrainPorts): Promise<void> {
  for (const receiptHandles of chunks(held, MAX_BATCH)) {
    if (ports.remaining() <= LAST_CALL_MS) return;
    try {
      await ports.queue.returnAll(queueUrl, receiptHandles);
    } catch (error) {
      ports.logger.warn("messages not returned to the queue early", { error: describeFailure(error) });
    }
  }
}
