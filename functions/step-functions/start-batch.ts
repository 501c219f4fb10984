import type { Logger } from "@aws-lambda-powertools/logger";
import { createHash } from "node:crypto";
import type { NodeReference } from "../work/node-reference.ts";
import { quarantineNode } from "../work/quarantine.ts";
import { describeFailure } from "../runtime/failure.ts";
import type { Counter } from "../runtime/metrics.ts";
import type { Queue } from "../queues/queue.ts";
import { RefusedInput, type StateMachine } from "./start-execution.ts";
import { EXECUTION_PREFIX } from "./executions-in-flight.ts";

/** The services that starting a batch needs. */
export interface BatchPorts {
  readonly queue: Pick<Queue, "send">;
  readonly stateMachine: Pick<StateMachine, "start">;
  readonly outageQueueUrl: string;
  readonly quarantineQueueUrl: string;
  readonly logger: Pick<Logger, "info" | "error">;
  readonly counter: Counter;
  /** Milliseconds until Lambda ends the function. */
  readonly remaining: () => number;
}

/** Milliseconds kept for parking nodes and returning messages to the queue. */
export const RESERVE_MS = 15_000;
/** Reason of nodes that are parked because Step Functions did not start their execution. It does not count as a failure. */
const NOT_STARTED = "ExecutionNotStarted";

/**
 * Starts an execution for these nodes. If Step Functions does not start it, the nodes are parked in the outage queue. If
 * Step Functions refuses the input, the batch is bisected, and the node at fault goes to the quarantine queue.
 *
 * @param messageIds the messages that name the nodes
 * @returns the nodes that are in no execution and no queue yet: their messages must be received again
 * @example
 * const left = await startBatch(references, ["059f36b4-87a3-44ab-83d2-661975830a7d"], ports);
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
  return (await trySend(ports.outageQueueUrl, parked, ports)) ? [] : batch;
}

async function quarantine(reference: NodeReference, error: RefusedInput, ports: BatchPorts) {
  const entry = quarantineNode(reference, "Step Functions refused the input of the execution", error.message);
  return (await trySend(ports.quarantineQueueUrl, entry, ports)) ? [] : [reference];
}

/** Sends a message. Returns false if the queue did not accept it. */
async function trySend(queueUrl: string, message: unknown, { queue, logger }: BatchPorts): Promise<boolean> {
  try {
    await queue.send(queueUrl, message);
    return true;
  } catch (error) {
    logger.error("message not sent", { queueUrl, error: describeFailure(error) });
    return false;
  }
}

/**
 * Returns the execution's name. A message that is delivered twice gives the same name, and so starts one execution. A
 * later message about the same nodes gives another name: Step Functions keeps names for 90 days.
 */
function executionName(batch: readonly NodeReference[], messageIds: readonly string[]): string {
  const identity = [messageIds.toSorted(), batch.map(({ nodeId }) => nodeId).toSorted()];
  return `${EXECUTION_PREFIX}${createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 40)}`;
}
