import { createHash } from "node:crypto";
import { Logger } from "@aws-lambda-powertools/logger";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { requiredVariable } from "./aws/environment.ts";
import { describeFailure } from "./aws/failure.ts";
import { queues, type Queue } from "./aws/queue.ts";
import { workflow, type Workflow } from "./aws/workflow.ts";
import { readWorkMessage } from "./aws/work-message.ts";
import { chunks } from "./domain/chunks.ts";
import { UnreadableMessage } from "./domain/errors.ts";
import { mergeReferences, type NodeReference } from "./domain/node-reference.ts";
import { quarantineMessage } from "./domain/quarantine.ts";
import { MAX_NODES } from "./domain/reading.ts";
import { cleanText } from "./domain/text.ts";

interface Ports {
  readonly queue: Queue;
  readonly workflow: Workflow;
  readonly workQueueUrl: string;
  readonly quarantineQueueUrl: string;
  readonly logger: Pick<Logger, "info" | "warn" | "error">;
}

/** A message as far as it could be read, with the nodes that it names. */
interface ReadMessage {
  readonly record: SQSRecord;
  readonly references: readonly NodeReference[];
}

/** Seconds until a message comes again whose execution could not be started: three times as long after each try. */
const FIRST_RETURN_SECONDS = 20;
const LAST_RETURN_SECONDS = 900;

/**
 * Turns a batch of queue messages into executions of at most 50 nodes, each node once.
 * A message counts as done when all its nodes are in an execution that has started, or when it lies in quarantine.
 */
export async function run(event: SQSEvent, ports: Ports): Promise<SQSBatchResponse> {
  const failed = new Map<string, SQSRecord>();
  const messages: ReadMessage[] = [];
  for (const record of event.Records) {
    try {
      messages.push({ record, references: readWorkMessage(record.body) });
    } catch (error) {
      if (!(await quarantine(record, error, ports))) failed.set(record.messageId, record);
    }
  }
  const references = mergeReferences(messages.flatMap((message) => message.references));
  for (const batch of batches(references)) {
    for (const record of await startExecution(batch, messages, ports)) failed.set(record.messageId, record);
  }
  for (const record of failed.values()) await giveBack(record, ports);
  return { batchItemFailures: [...failed.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
}

/** What died before goes alone: if it is poison, it takes no other node with it. */
function batches(references: readonly NodeReference[]): NodeReference[][] {
  const suspects = references.filter(({ detour }) => detour !== undefined && detour.deaths > 0);
  const others = references.filter((reference) => !suspects.includes(reference));
  return [...chunks(others, MAX_NODES), ...chunks(suspects, 1)];
}

async function quarantine(record: SQSRecord, error: unknown, ports: Ports): Promise<boolean> {
  if (!(error instanceof UnreadableMessage)) throw error;
  ports.logger.warn("message goes to quarantine", {
    messageId: record.messageId,
    reason: cleanText(error.message, 300),
  });
  try {
    await ports.queue.send(ports.quarantineQueueUrl, quarantineMessage(record.body, error.message));
    return true;
  } catch (sendError) {
    ports.logger.error("quarantine did not take the message", {
      messageId: record.messageId,
      error: describeFailure(sendError),
    });
    return false;
  }
}

/** @returns the messages of this batch where it could not be started */
async function startExecution(batch: readonly NodeReference[], messages: readonly ReadMessage[], ports: Ports) {
  const nodeIds = new Set(batch.map(({ nodeId }) => nodeId));
  const records = messages
    .filter(({ references }) => references.some(({ nodeId }) => nodeIds.has(nodeId)))
    .map(({ record }) => record);
  const name = executionName(batch, records);
  try {
    await ports.workflow.start(name, { references: batch });
    ports.logger.info("execution started", { name, nodes: batch.length, messages: records.length });
    return [];
  } catch (error) {
    ports.logger.error("execution could not be started", { name, error: describeFailure(error) });
    return records;
  }
}

/**
 * The same for the same messages delivered twice, so that they start one execution; another one for the same nodes in
 * other messages, since names are taken for 90 days.
 */
function executionName(batch: readonly NodeReference[], records: readonly SQSRecord[]): string {
  const identity = [records.map(({ messageId }) => messageId).toSorted(), batch.map(({ nodeId }) => nodeId).toSorted()];
  return `patch-findings-${createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 40)}`;
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

let ports: Ports | undefined;

/** Entry of the work queue's event source mapping (ReportBatchItemFailures). */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> =>
  run(
    event,
    (ports ??= {
      queue: queues(),
      workflow: workflow(requiredVariable("STATE_MACHINE_ARN")),
      workQueueUrl: requiredVariable("WORK_QUEUE_URL"),
      quarantineQueueUrl: requiredVariable("QUARANTINE_QUEUE_URL"),
      logger: new Logger({ serviceName: "dispatch" }),
    }),
  );
