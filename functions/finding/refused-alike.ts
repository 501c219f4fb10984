import type { Sent } from "./change.ts";

/**
 * Whether Security Hub refused all that was sent about several nodes, and with the same words but for names and
 * positions: then it finds fault with what they have in common, and not with single findings.
 *
 * @param messageOf why findings were refused, by their Ids
 * @returns those words
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
