import type { NodeReference } from "../work/node-reference.ts";

/** A finding that was sent to the destination. */
export interface Sent {
  readonly nodeId: string;
  readonly id: string;
}

/**
 * Returns whether findings failed because the destination is unavailable. It is, if no finding was accepted and at least one
 * node did not fail before. Otherwise these findings may be at fault, and a retry of all of them might never succeed.
 *
 * @param sent all that Publish sent, with the stuck findings
 * @param stuck Ids of the findings that failed
 * @param references of these nodes, with their redrive histories
 */
export function isOutage(
  sent: readonly Sent[],
  stuck: ReadonlySet<string>,
  references: readonly NodeReference[],
): boolean {
  const failing = sent.filter(({ id }) => stuck.has(id));
  if (failing.length < sent.length) return false;
  const failedBefore = new Set(
    references.flatMap(({ nodeId, redriveHistory }) => ((redriveHistory?.failures ?? 0) > 0 ? [nodeId] : [])),
  );
  return !failing.every(({ nodeId }) => failedBefore.has(nodeId));
}
