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

/** Clocks of nodes and service differ: data may seem a little older than the request for it. */
export const COMMAND_TOLERANCE_MS = 5 * 60_000;
/** `last-execution-date` moves when the association's execution is recorded, which may be well after the run began. */
export const ASSOCIATION_TOLERANCE_MS = 60 * 60_000;

/** What a service says about one node's run of a document; nothing of it is believed before it was looked at. */
export interface AnnouncedRun {
  readonly nodeId: unknown;
  /** Name or ARN. */
  readonly document: unknown;
  /** Command id or association id. */
  readonly operationId: unknown;
  readonly status: unknown;
  /** When the run was requested: text or epoch milliseconds. */
  readonly requestedAt: unknown;
  readonly toleranceMs: number;
}

/** @throws {UnreadableMessage} where it is about no managed node, or no document that leaves patch compliance data */
export function runReference(announced: AnnouncedRun): NodeReference {
  const document = patchDocument(announced.document);
  if (document === undefined) {
    throw new UnreadableMessage(`document-name is none of ${PATCH_DOCUMENTS.join(", ")}`);
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

/** @throws {UnreadableMessage} */
export function checkedNodeId(value: unknown, key: string): string {
  if (!isNodeId(value)) throw new UnreadableMessage(`${key} is not a managed node id (i-... or mi-...)`);
  return value;
}

/** Ids and status words travel on into findings and logs: only plain words do. */
export const IDENTIFIER = /^[\w -]+$/;

/** Everything else is left out. */
function identifier(value: unknown, maxLength: number): string | undefined {
  return typeof value === "string" && value.length <= maxLength && IDENTIFIER.test(value) ? value : undefined;
}

/** An absent or unreadable time means: what is there is good enough. */
function notBefore(value: unknown, toleranceMs: number): string | undefined {
  const time = typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : Number.NaN;
  return isoInstant(time - toleranceMs);
}
