import type { NodeFacts } from "./node-conditions.ts";
import { patchGroupOf, type NodeReading } from "./reading.ts";

/** Returns what policies can ask about the node of a reading. */
export function nodeFacts({
  nodeId,
  node,
  sources,
  tagMatches,
}: Pick<NodeReading, "nodeId" | "node" | "sources" | "tagMatches">): NodeFacts {
  const patchGroup = patchGroupOf(sources);
  return {
    nodeId,
    ...(node?.platformName !== undefined && { platformName: node.platformName }),
    ...(patchGroup !== undefined && { patchGroup }),
    ...(tagMatches !== undefined && { tagMatches }),
  };
}
