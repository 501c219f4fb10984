import { withoutAttempts, type NodeReference } from "./node-reference.ts";
import { cleanText, jsonBytes } from "../runtime/text.ts";

/**
 * What waits for a person: something that cannot be read, judged or accepted. An entry with references is itself a
 * message for the work queue, so that moving it there replays it.
 */
export interface QuarantineEntry {
  readonly nodeId?: string;
  readonly reason: string;
  /** The words of the service, or the beginning of what could not be read. */
  readonly message?: string;
  readonly references?: readonly NodeReference[];
  /** The unreadable message itself, to be sent again as it is when the program has learned to read it. */
  readonly body?: string;
}

const MAX_REASON_BYTES = 300;
const MAX_MESSAGE_BYTES = 2_000;
/** SQS takes 1 MiB; as text within text a body can double. */
const MAX_BODY_BYTES = 900_000;

export function quarantineMessage(body: string, reason: string): QuarantineEntry {
  const whole = jsonBytes(body) <= MAX_BODY_BYTES;
  return entry({ reason, ...(whole && { body }) }, body);
}

/** The replay starts with fresh attempts: what was wrong then may be right now. */
export function quarantineNode(reference: NodeReference, reason: string, message?: string): QuarantineEntry {
  return entry({ nodeId: reference.nodeId, reason, references: [withoutAttempts(reference)] }, message);
}

function entry(about: QuarantineEntry, message: string | undefined): QuarantineEntry {
  const words = cleanText(message, MAX_MESSAGE_BYTES);
  const reason = cleanText(about.reason, MAX_REASON_BYTES) ?? "unknown";
  return { ...about, reason, ...(words !== undefined && { message: words }) };
}
