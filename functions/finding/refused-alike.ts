import type { Sent } from "./stuck-findings.ts";

/**
 * Returns the message with which the destination refused all findings of several nodes, if the messages differ only in names
 * and positions. The fault is then in a part that all findings share.
 *
 * @param messageOf why findings were refused, by their ids
 * @returns undefined if the messages differ, or if a finding was accepted
 */
export function refusedAlike(sent: readonly Sent[], messageOf: ReadonlyMap<string, string>): string | undefined {
  const messages = new Set<string | undefined>();
  const nodeIds = new Set<string>();
  for (const { nodeId, id } of sent) {
    nodeIds.add(nodeId);
    messages.add(withoutNames(messageOf.get(id), [id, nodeId]));
  }
  const [first] = messages;
  return nodeIds.size > 1 && messages.size === 1 ? first : undefined;
}

/** Replaces names and positions: `data.Vulnerabilities[3]` and `data.Vulnerabilities[12]` are the same fault. */
function withoutNames(message: string | undefined, names: readonly string[]): string | undefined {
  const bare = names.reduce<string | undefined>((text, name) => text?.replaceAll(name, "*"), message);
  return bare?.replaceAll(/\[\d+\]/g, "[*]");
}
