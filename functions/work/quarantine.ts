import { withoutAttempts, type NodeReference } from "./node-reference.ts";
import { cleanText, jsonBytes } from "../runtime/text.ts";

/**
 * A message of the quarantine queue: a message that cannot be read, or a node that cannot be evaluated or whose finding
 * Security Hub refused. If it has `references`, it is also a valid message of the work queue: moving it there replays it.
 */
export interface QuarantineEntry {
  readonly nodeId?: string;
  readonly reason: string;
  /** The service's message, or the beginning of the message that cannot be read. */
  readonly message?: string;
  readonly references?: readonly NodeReference[];
  /** The whole message that cannot be read, to send it again after a fix. Absent if it is longer than 900,000 bytes. */
  readonly body?: string;
}

const MAX_REASON_BYTES = 300;
const MAX_MESSAGE_BYTES = 2_000;
/** SQS accepts 1 MiB (API reference, "SendMessage"). The rest of the entry needs some of it. */
const MAX_BODY_BYTES = 900_000;

/**
 * Returns the quarantine entry of a message that cannot be read.
 *
 * @example
 * await queue.send(quarantineQueueUrl, quarantineMessage(record.body, "not JSON"));
 */
export function quarantineMessage(body: string, reason: string): QuarantineEntry {
  const whole = jsonBytes(body) <= MAX_BODY_BYTES;
  return entry({ reason, ...(whole && { body }) }, body);
}

/**
 * Returns the quarantine entry of a node. Its attempts are set back to 0, so that a replay has all of them.
 *
 * @param message the service's message
 * @example
 * quarantineNode(reference, "Security Hub refused the finding", "InvalidInput: ...");
 */
export function quarantineNode(reference: NodeReference, reason: string, message?: string): QuarantineEntry {
  return entry({ nodeId: reference.nodeId, reason, references: [withoutAttempts(reference)] }, message);
}

function entry(about: QuarantineEntry, message: string | undefined): QuarantineEntry {
  const words = cleanText(message, MAX_MESSAGE_BYTES);
  const reason = cleanText(about.reason, MAX_REASON_BYTES) ?? "unknown";
  return { ...about, reason, ...(words !== undefined && { message: words }) };
}
