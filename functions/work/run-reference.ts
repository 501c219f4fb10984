import { UnreadableMessage } from "../runtime/errors.ts";
import {
  isNodeId,
  PATCH_DOCUMENTS,
  patchDocument,
  writesAssociation,
  type ExpectedRun,
  type NodeReference,
} from "./node-reference.ts";
import { isoInstant } from "../runtime/time.ts";

/** The clocks of nodes and of Systems Manager differ, so data may seem a little older than the run's request. */
export const COMMAND_TOLERANCE_MS = 5 * 60_000;
/** Systems Manager sets `last-execution-date` when it records the execution, which may be long after the run began. */
export const ASSOCIATION_TOLERANCE_MS = 60 * 60_000;

/** One node's run of a document, as an event or Systems Manager reports it. Nothing is validated yet. */
interface AnnouncedRun {
  readonly nodeId: unknown;
  /** Name or ARN of the document. */
  readonly document: unknown;
  /** Command id or association id. */
  readonly operationId: unknown;
  readonly status: unknown;
  /** When the run was requested: text or epoch milliseconds. */
  readonly requestedAt: unknown;
  /** Milliseconds that the data may be older than the request. */
  readonly toleranceMs: number;
}

/**
 * Returns the reference to the node of an announced run. Malformed ids, statuses and times are left out.
 *
 * @throws {UnreadableMessage} if the node is not a managed node, or the document is not one of {@link PATCH_DOCUMENTS}
 * @example
 * runReference({ nodeId, document, operationId, status: "Success", requestedAt, toleranceMs: COMMAND_TOLERANCE_MS });
 */
export function runReference(announced: AnnouncedRun): NodeReference {
  const document = patchDocument(announced.document);
  if (document === undefined) {
    throw new UnreadableMessage(`document-name is not one of ${PATCH_DOCUMENTS.join(", ")}`);
  }
  const operationId = identifier(announced.operationId, 64);
  const status = identifier(announced.status, 32);
  const earliest = notBefore(announced.requestedAt, announced.toleranceMs);
  const run: ExpectedRun = {
    document,
    ...(operationId && { operationId }),
    ...(earliest && { notBefore: earliest }),
    ...(status && { status }),
  };
  const nodeId = checkedNodeId(announced.nodeId, "instance-id");
  return { nodeId, attempts: 0, ...(writesAssociation(document) ? { associationRun: run } : { patchRun: run }) };
}

/**
 * Returns the value if it is a managed node's id.
 *
 * @param key the event's key, for the error message
 * @throws {UnreadableMessage} if it is not
 */
export function checkedNodeId(value: unknown, key: string): string {
  if (!isNodeId(value)) throw new UnreadableMessage(`${key} is not a managed node id (i-... or mi-...)`);
  return value;
}

/** Matches ids and statuses. They are copied into findings and logs, so only plain words are accepted. */
export const IDENTIFIER = /^[\w -]+$/;

/** Returns the value if it is a plain word that is not too long. */
function identifier(value: unknown, maxLength: number): string | undefined {
  return typeof value === "string" && value.length <= maxLength && IDENTIFIER.test(value) ? value : undefined;
}

/** Returns the earliest time of the data. If the time is absent or unreadable, any data will do. */
function notBefore(value: unknown, toleranceMs: number): string | undefined {
  const time = typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : Number.NaN;
  return isoInstant(time - toleranceMs);
}
