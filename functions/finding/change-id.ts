import { createHash } from "node:crypto";
import type { FindingKind } from "../../contract/generators.ts";
import type { Decision } from "./intent.ts";
import type { Remembered } from "./remembered.ts";

/**
 * Returns the id of a change. A retry decides on the same stored finding and the same operation, so it gives the same id.
 * Every id depends on the one before it, so a finding that opens twice has two.
 */
export function changeIdOf(
  nodeId: string,
  kind: FindingKind,
  decision: Exclude<Decision, { readonly action: "unchanged" }>,
  endedAt: string | undefined,
  stored: Remembered | undefined,
): string {
  const { change, content } = decision;
  const shown = "life" in content ? [content.life.severity, content.life.dueDate] : [content.shows];
  // Without an operation, the beginning of the finding tells it from one of the node's earlier findings.
  const began = "openSince" in content ? content.openSince : undefined;
  const facts = [nodeId, kind, change, stored?.changeId, endedAt ?? began, ...(change === "opened" ? [] : shown)];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}
