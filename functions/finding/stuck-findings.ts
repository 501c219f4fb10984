import type { Sent } from "./change.ts";
import type { NodeReference } from "../work/node-reference.ts";

/**
 * Returns whether Security Hub is unavailable, given findings that failed for its own reasons: then nothing else was
 * accepted. If a finding was accepted now or before, the fault may lie in these findings, and waiting would not end.
 *
 * @param changes all that Publish sent, with the stuck findings
 * @param stuck Ids of the findings that failed
 * @param references of these nodes; one that failed before failed beside others, or for a fault of its own
 */
export function isOutage(
  changes: readonly Sent[],
  stuck: ReadonlySet<string>,
  references: readonly NodeReference[],
): boolean {
  const sent = changes.filter(({ finding }) => finding !== undefined);
  const failing = sent.filter(({ finding }) => stuck.has(finding?.Id ?? ""));
  if (failing.length < sent.length) return false;
  const failedBefore = new Set(references.flatMap(({ nodeId, detour }) => ((detour?.deaths ?? 0) > 0 ? [nodeId] : [])));
  return !failing.every(({ nodeId }) => failedBefore.has(nodeId));
}
