import { Logger } from "@aws-lambda-powertools/logger";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { setTimeout } from "node:timers/promises";
import pLimit from "p-limit";
import { accountScopeFrom, readEnvironment } from "./runtime/environment.ts";
import { describeFailure } from "./runtime/failure.ts";
import { metricsCounter, powertoolsMetrics } from "./runtime/metrics.ts";
import { queues, type Queue } from "./queues/queue.ts";
import { ExecutionsInFlight } from "./step-functions/executions-in-flight.ts";
import { startBatches, type Batch, type CeilingPorts } from "./step-functions/start-batches.ts";
import { stateMachine } from "./step-functions/start-execution.ts";
import { readWorkMessage } from "./work/work-message.ts";
import { chunks } from "./runtime/chunks.ts";
import { UnreadableMessage } from "./runtime/errors.ts";
import type { AccountScope } from "./work/account-scope.ts";
import { mergeReferences, type NodeReference } from "./work/node-reference.ts";
import { quarantineMessage } from "./work/quarantine.ts";
import { batchSizeAfter } from "./work/quarantine-rule.ts";
import { cleanText } from "./runtime/text.ts";

interface Ports extends CeilingPorts {
  readonly queue: Pick<Queue, "send" | "sendAfter" | "returnAfter">;
  readonly scope: AccountScope;
}

/** A readable message, and the nodes that it names. */
interface ReadMessage {
  readonly record: SQSRecord;
  readonly references: readonly NodeReference[];
}

/** Concurrent calls of SQS. */
const CONCURRENCY = 10;
/** Seconds until an unfinished message is received again: 20 after the first attempt, three times as long after each more. */
const FIRST_RETURN_SECONDS = 20;
const LAST_RETURN_SECONDS = 900;

/**
 * Starts executions for a batch of queue messages. Each execution has at most 50 nodes, and each node is in one of them.
 *
 * A message is finished when each of its nodes is in a started execution, in the outage queue, in the quarantine queue, or
 * in a new message of the work queue.
 *
 * @returns the messages that are not finished. SQS delivers them again
 * @example
 * const { batchItemFailures } = await run(event, ports);
 */
export async function run(event: SQSEvent, ports: Ports): Promise<SQSBatchResponse> {
  const limit = pLimit(CONCURRENCY);
  const read = await Promise.all(event.Records.map((record) => limit(() => readOrQuarantine(record, ports))));
  const messages = read.flatMap(({ message }) => message ?? []);
  const references = mergeReferences(messages.flatMap((message) => message.references));
  const notStarted = await startBatches(batchesOf(references, messages), ports);
  const left = new Set(notStarted.map(({ nodeId }) => nodeId));
  const failed = new Set([
    ...read.flatMap(({ failed: record }) => record ?? []),
    ...messages.filter((message) => names(message, left)).map(({ record }) => record),
  ]);
  if (left.size > 0) ports.logger.warn("nodes left for a retry", { nodes: left.size, messages: failed.size });
  await Promise.all([...failed].map((record) => limit(() => giveBack(record, ports))));
  return { batchItemFailures: [...failed].map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function readOrQuarantine(
  record: SQSRecord,
  ports: Ports,
): Promise<{ readonly message?: ReadMessage; readonly failed?: SQSRecord }> {
  try {
    return { message: { record, references: readWorkMessage(record.body, ports.scope) } };
  } catch (error) {
    // An error is about this message only. It must not stop the others.
    const reason = error instanceof UnreadableMessage ? error.message : `cannot be read: ${describeFailure(error)}`;
    return (await quarantine(record, reason, ports)) ? {} : { failed: record };
  }
}

async function quarantine(record: SQSRecord, reason: string, ports: Ports): Promise<boolean> {
  const { messageId } = record;
  ports.logger.warn("message sent to the quarantine queue", { messageId, reason: cleanText(reason, 300) });
  try {
    await ports.queue.send(ports.quarantineQueueUrl, quarantineMessage(record.body, reason));
    return true;
  } catch (error) {
    ports.logger.error("message not quarantined", { messageId, error: describeFailure(error) });
    return false;
  }
}

/** Batches nodes by their number of failures, full batches first. More failures give smaller batches. */
function batchesOf(references: readonly NodeReference[], messages: readonly ReadMessage[]): Batch[] {
  const bySize = Map.groupBy(references, ({ redriveHistory }) => batchSizeAfter(redriveHistory?.failures ?? 0));
  const batches = [...bySize].toSorted(([a], [b]) => b - a).flatMap(([size, nodes]) => chunks(nodes, size));
  return batches.map((batch) => ({ references: batch, messageIds: messageIdsOf(batch, messages) }));
}

function messageIdsOf(batch: readonly NodeReference[], messages: readonly ReadMessage[]): string[] {
  const nodeIds = new Set(batch.map(({ nodeId }) => nodeId));
  return messages.filter((message) => names(message, nodeIds)).map(({ record }) => record.messageId);
}

function names({ references }: ReadMessage, nodeIds: ReadonlySet<string>): boolean {
  return references.some(({ nodeId }) => nodeIds.has(nodeId));
}

/** Returns a message to the queue early. If that fails, SQS delivers it again after its visibility time-out. */
async function giveBack(record: SQSRecord, ports: Ports): Promise<void> {
  try {
    const receives = Number(record.attributes.ApproximateReceiveCount) || 1;
    const seconds = Math.min(FIRST_RETURN_SECONDS * 3 ** (receives - 1), LAST_RETURN_SECONDS);
    await ports.queue.returnAfter(ports.workQueueUrl, record.receiptHandle, seconds);
  } catch (error) {
    ports.logger.warn("message not returned to the queue early", {
      messageId: record.messageId,
      error: describeFailure(error),
    });
  }
}

function createPorts(): Omit<Ports, "remaining"> {
  const environment = readEnvironment("dispatch");
  return {
    queue: queues(),
    stateMachine: new ExecutionsInFlight(stateMachine(environment.STATE_MACHINE_ARN)),
    maximumExecutions: environment.MAXIMUM_EXECUTIONS,
    scope: accountScopeFrom(environment),
    workQueueUrl: environment.WORK_QUEUE_URL,
    outageQueueUrl: environment.OUTAGE_QUEUE_URL,
    quarantineQueueUrl: environment.QUARANTINE_QUEUE_URL,
    logger: new Logger({ serviceName: "dispatch" }),
    counter: metricsCounter(powertoolsMetrics(environment)),
    pause: (milliseconds) => setTimeout(milliseconds),
    random: Math.random,
  };
}

let ports: Omit<Ports, "remaining"> | undefined;

/** Handles messages of the work queue (event source mapping with ReportBatchItemFailures). */
export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  run(event, { ...(ports ??= createPorts()), remaining: () => context.getRemainingTimeInMillis() });
