import type { Logger } from "@aws-lambda-powertools/logger";
import { createHash } from "node:crypto";
import type { NodeReference } from "../work/node-reference.ts";
import { quarantineNode } from "../work/quarantine.ts";
import { describeFailure } from "../runtime/failure.ts";
import type { Counter } from "../runtime/metrics.ts";
import type { Queue } from "../queues/queue.ts";
import { RefusedInput, type StateMachine } from "./start-execution.ts";

export interface BatchPorts {
  readonly queue: Pick<Queue, "send">;
  readonly stateMachine: StateMachine;
  readonly outageQueueUrl: string;
  readonly quarantineQueueUrl: string;
  readonly logger: Pick<Logger, "info" | "error">;
  readonly counter: Counter;
  /** Milliseconds until the function is ended from outside. */
  readonly remaining: () => number;
}

/** Time kept for parking, and for giving messages back. */
export const RESERVE_MS = 15_000;
/** What parked work says if Step Functions took no start: no fault of the nodes, so it may wait as often as it takes. */
const NOT_STARTED = "ExecutionNotStarted";

/**
 * Starts an execution for these nodes. If Step Functions does not take the start, they wait in the outage queue; if it
 * refuses the input, the node at fault is looked for by halves and goes to quarantine.
 *
 * @param messageIds the messages that name the nodes
 * @returns the nodes that nothing could be done for, which must come again
 */
export async function startBatch(
  batch: readonly NodeReference[],
  messageIds: readonly string[],
  ports: BatchPorts,
): Promise<readonly NodeReference[]> {
  const time = ports.remaining() - RESERVE_MS;
  if (time <= 0) return batch;
  const name = executionName(batch, messageIds);
  try {
    await ports.stateMachine.start(name, { references: batch }, time);
    ports.logger.info("execution started", { name, nodes: batch.length, messages: messageIds.length });
    return [];
  } catch (error) {
    ports.logger.error("execution not started", { name, nodes: batch.length, error: describeFailure(error) });
    if (!(error instanceof RefusedInput)) return park(batch, error, ports);
    const [only] = batch;
    if (only !== undefined && batch.length === 1) return quarantine(only, error, ports);
    const middle = Math.ceil(batch.length / 2);
    const halves = [batch.slice(0, middle), batch.slice(middle)];
    return (await Promise.all(halves.map((half) => startBatch(half, messageIds, ports)))).flat();
  }
}

async function park(batch: readonly NodeReference[], error: unknown, ports: BatchPorts) {
  ports.counter.count("ExecutionsNotStarted");
  const parked = {
    references: batch,
    reason: NOT_STARTED,
    error: { Error: NOT_STARTED, Cause: describeFailure(error) },
  };
  return (await sent(ports.outageQueueUrl, parked, ports)) ? [] : batch;
}

async function quarantine(reference: NodeReference, error: RefusedInput, ports: BatchPorts) {
  const entry = quarantineNode(reference, "Step Functions refused the input of the execution", error.message);
  return (await sent(ports.quarantineQueueUrl, entry, ports)) ? [] : [reference];
}

async function sent(queueUrl: string, message: unknown, { queue, logger }: BatchPorts): Promise<boolean> {
  try {
    await queue.send(queueUrl, message);
    return true;
  } catch (error) {
    logger.error("a queue did not take a message", { queueUrl, error: describeFailure(error) });
    return false;
  }
}

/**
 * The same for the same messages delivered twice, so that they start one execution; another one for the same nodes in
 * other messages, since names are taken for 90 days.
 */
function executionName(batch: readonly NodeReference[], messageIds: readonly string[]): string {
  const identity = [messageIds.toSorted(), batch.map(({ nodeId }) => nodeId).toSorted()];
  return `patch-findings-${createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 40)}`;
}
