import type { Sent } from "./change.ts";

/**
 * Returns the words with which Security Hub refused all findings of several nodes, if they are the same but for names and
 * positions. Then the fault is in what the findings share, not in single findings.
 *
 * @param messageOf why findings were refused, by their Ids
 * @returns undefined if the words differ, or if something was accepted
 */
export function refusedAlike(changes: readonly Sent[], messageOf: ReadonlyMap<string, string>): string | undefined {
  const words = new Set<string | undefined>();
  const nodeIds = new Set<string>();
  for (const { nodeId, finding } of changes) {
    if (finding === undefined) continue;
    nodeIds.add(nodeId);
    words.add(withoutNames(messageOf.get(finding.Id), [finding.Id, nodeId]));
  }
  const [first] = words;
  return nodeIds.size > 1 && words.size === 1 ? first : undefined;
}

/** `data.Vulnerabilities[3]` and `data.Vulnerabilities[12]` are the same fault. */
function withoutNames(message: string | undefined, names: readonly string[]): string | undefined {
  const bare = names.reduce<string | undefined>((text, name) => text?.replaceAll(name, "*"), message);
  return bare?.replaceAll(/\[\d+\]/g, "[*]");
}
