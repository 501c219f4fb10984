import type { Sent } from "./change.ts";
import type { NodeReference } from "../work/node-reference.ts";

/**
 * Returns whether findings failed because Security Hub is unavailable. It is, if no finding was accepted and at least one
 * node did not fail before. Otherwise these findings may be at fault, and a retry of all of them might never succeed.
 *
 * @param changes all that Publish sent, with the stuck findings
 * @param stuck Ids of the findings that failed
 * @param references of these nodes, with their redrive histories
 */
export function isOutage(
  changes: readonly Sent[],
  stuck: ReadonlySet<string>,
  references: readonly NodeReference[],
): boolean {
  const sent = changes.filter(({ finding }) => finding !== undefined);
  const failing = sent.filter(({ finding }) => stuck.has(finding?.Id ?? ""));
  if (failing.length < sent.length) return false;
  const failedBefore = new Set(
    references.flatMap(({ nodeId, redriveHistory }) => ((redriveHistory?.failures ?? 0) > 0 ? [nodeId] : [])),
  );
  return !failing.every(({ nodeId }) => failedBefore.has(nodeId));
}
