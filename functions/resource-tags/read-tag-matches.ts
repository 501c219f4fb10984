import { namedTags, type Policies } from "../../contract/policies.ts";
import { tagMatches, type NodeTags } from "../compliance/node-conditions.ts";
import type { NodeReading } from "../compliance/reading.ts";
import { readBisecting } from "../runtime/bisect.ts";

/** Returns node id -> tags, for at most 100 nodes. A node without tags may be left out. */
export type ReadTags = (nodeIds: readonly string[]) => Promise<ReadonlyMap<string, NodeTags>>;

interface How {
  /** Needed if a policy names a tag. */
  readonly read: ReadTags | undefined;
  readonly policies: Policies;
  /** Receives the error of each node whose tags AWS refuses to return. Such a node must not be judged. */
  readonly refused: Map<string, unknown>;
}

/**
 * Returns a function that returns the tags of a node that the policies name. Reads nothing if they name none.
 *
 * @param nodeIds at most 50
 * @throws any error of the read: a node whose tags are unknown must not look like one without tags
 * @example
 * const tagMatchesOf = await readTagMatches(nodeIds, { read: nodeTags(scope), policies, refused });
 */
export async function readTagMatches(
  nodeIds: readonly string[],
  { read, policies, refused }: How,
): Promise<(nodeId: string) => Pick<NodeReading, "tagMatches">> {
  if (namedTags(policies).length === 0) return () => ({});
  if (read === undefined) throw new Error("the policies name tags, and nothing reads them");
  const tags = await readBisecting(nodeIds, async (ids) => [...(await read(ids))], refused);
  const tagsOf = new Map<string, NodeTags>(tags);
  const matchesOf = tagMatches(policies);
  return (nodeId) => {
    const matches = matchesOf(tagsOf.get(nodeId) ?? {});
    return matches.length === 0 ? {} : { tagMatches: matches };
  };
}
