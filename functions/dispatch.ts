import { Logger } from "@aws-lambda-powertools/logger";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import pLimit from "p-limit";
import { homeFrom, readEnvironment } from "./runtime/environment.ts";
import { describeFailure } from "./runtime/failure.ts";
import { metricsCounter, powertoolsMetrics, type Counter } from "./runtime/metrics.ts";
import { queues, type Queue } from "./queues/queue.ts";
import { startBatch, type BatchPorts } from "./step-functions/start-batch.ts";
import { stateMachine } from "./step-functions/start-execution.ts";
import { readWorkMessage } from "./work/work-message.ts";
import { chunks } from "./runtime/chunks.ts";
import { UnreadableMessage } from "./runtime/errors.ts";
import type { Home } from "./finding/finding-identity.ts";
import { mergeReferences, type NodeReference } from "./work/node-reference.ts";
import { quarantineMessage } from "./work/quarantine.ts";
import { batchSizeAfter } from "./work/redrive-plan.ts";
import { cleanText } from "./runtime/text.ts";

interface Ports extends BatchPorts {
  readonly queue: Pick<Queue, "send" | "returnAfter">;
  readonly home: Home;
  readonly workQueueUrl: string;
  readonly logger: Pick<Logger, "info" | "warn" | "error">;
  readonly counter: Counter;
  /** Milliseconds until the function is ended from outside. */
  readonly remaining: () => number;
}

/** A message as far as it could be read, with the nodes that it names. */
interface ReadMessage {
  readonly record: SQSRecord;
  readonly references: readonly NodeReference[];
}

/** Calls under way at once. StartExecution refills 150 a second in the smallest Regions, for the whole account. */
const CONCURRENCY = 10;
/** Seconds until a message comes again that could not be done: three times as long after each try. */
const FIRST_RETURN_SECONDS = 20;
const LAST_RETURN_SECONDS = 900;

/**
 * Turns a batch of queue messages into executions of at most 50 nodes, each node once.
 *
 * A message is done when each of its nodes is in an execution that has started, in the outage queue or in quarantine.
 * Messages that there was no time for come again.
 */
export async function run(event: SQSEvent, ports: Ports): Promise<SQSBatchResponse> {
  const limit = pLimit(CONCURRENCY);
  const read = await Promise.all(event.Records.map((record) => limit(() => readOrQuarantine(record, ports))));
  const messages = read.flatMap(({ message }) => message ?? []);
  const references = mergeReferences(messages.flatMap((message) => message.references));
  const undone = await Promise.all(
    batchesOf(references).map((batch) => limit(() => startBatch(batch, messageIdsOf(batch, messages), ports))),
  );
  const left = new Set(undone.flat().map(({ nodeId }) => nodeId));
  const failed = new Set([
    ...read.flatMap(({ failed: record }) => record ?? []),
    ...messages.filter((message) => names(message, left)).map(({ record }) => record),
  ]);
  if (left.size > 0) ports.logger.warn("nodes left for another time", { nodes: left.size, messages: failed.size });
  await Promise.all([...failed].map((record) => limit(() => giveBack(record, ports))));
  return { batchItemFailures: [...failed].map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function readOrQuarantine(
  record: SQSRecord,
  ports: Ports,
): Promise<{ readonly message?: ReadMessage; readonly failed?: SQSRecord }> {
  try {
    return { message: { record, references: readWorkMessage(record.body, ports.home) } };
  } catch (error) {
    // Whatever is thrown is about this message alone, and must not hold up the others.
    const reason = error instanceof UnreadableMessage ? error.message : `cannot be read: ${describeFailure(error)}`;
    return (await quarantine(record, reason, ports)) ? {} : { failed: record };
  }
}

async function quarantine(record: SQSRecord, reason: string, ports: Ports): Promise<boolean> {
  const { messageId } = record;
  ports.logger.warn("message goes to quarantine", { messageId, reason: cleanText(reason, 300) });
  try {
    await ports.queue.send(ports.quarantineQueueUrl, quarantineMessage(record.body, reason));
    return true;
  } catch (error) {
    ports.logger.error("quarantine did not take the message", { messageId, error: describeFailure(error) });
    return false;
  }
}

/** Nodes that never failed go in full batches first; the others in batches that are smaller the more often they failed. */
function batchesOf(references: readonly NodeReference[]): NodeReference[][] {
  const bySize = Map.groupBy(references, ({ redriveHistory }) => batchSizeAfter(redriveHistory?.failures ?? 0));
  return [...bySize].toSorted(([a], [b]) => b - a).flatMap(([size, some]) => chunks(some, size));
}

function messageIdsOf(batch: readonly NodeReference[], messages: readonly ReadMessage[]): string[] {
  const nodeIds = new Set(batch.map(({ nodeId }) => nodeId));
  return messages.filter((message) => names(message, nodeIds)).map(({ record }) => record.messageId);
}

function names({ references }: ReadMessage, nodeIds: ReadonlySet<string>): boolean {
  return references.some(({ nodeId }) => nodeIds.has(nodeId));
}

/** Only saves time: without it the message comes again when its visibility time-out is over. */
async function giveBack(record: SQSRecord, ports: Ports): Promise<void> {
  try {
    const tries = Number(record.attributes.ApproximateReceiveCount) || 1;
    const seconds = Math.min(FIRST_RETURN_SECONDS * 3 ** (tries - 1), LAST_RETURN_SECONDS);
    await ports.queue.returnAfter(ports.workQueueUrl, record.receiptHandle, seconds);
  } catch (error) {
    ports.logger.warn("message returns late", { messageId: record.messageId, error: describeFailure(error) });
  }
}

function createPorts(): Omit<Ports, "remaining"> {
  const environment = readEnvironment("dispatch");
  return {
    queue: queues(),
    stateMachine: stateMachine(environment.STATE_MACHINE_ARN),
    home: homeFrom(environment),
    workQueueUrl: environment.WORK_QUEUE_URL,
    outageQueueUrl: environment.OUTAGE_QUEUE_URL,
    quarantineQueueUrl: environment.QUARANTINE_QUEUE_URL,
    logger: new Logger({ serviceName: "dispatch" }),
    counter: metricsCounter(powertoolsMetrics(environment)),
  };
}

let ports: Omit<Ports, "remaining"> | undefined;

/** Entry of the work queue's event source mapping (ReportBatchItemFailures). */
export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  run(event, { ...(ports ??= createPorts()), remaining: () => context.getRemainingTimeInMillis() });
