import type { Sent } from "./change.ts";
import type { NodeReference } from "../work/node-reference.ts";

/**
 * Whether findings that failed for Security Hub's own reasons say that Security Hub is away: nothing else shows that it
 * takes findings. If something does, or once did, the fault may stay with these findings, and waiting would not end.
 *
 * @param changes what Publish has to say, the stuck findings among it
 * @param stuck Ids of the findings that failed
 * @param references of these nodes; where one has failed before, it failed beside others, or for a fault of its own
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
