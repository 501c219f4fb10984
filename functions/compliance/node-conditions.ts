import { namedTags, type NodeConditions, type Policies, type TagConditions } from "../../contract/policies.ts";

/** What policies can ask about a node. */
export interface NodeFacts {
  readonly nodeId: string;
  readonly platformName?: string;
  readonly patchGroup?: string;
  /** Positions in `namedTags` of the policies that name the tags: the tags that the node has. */
  readonly tagMatches?: readonly number[];
}

/**
 * Returns a function that tells whether a node meets all conditions that a policy gives.
 *
 * @example
 * meets(policies)({ platforms: ["Windows"] }, { nodeId, platformName: "Windows Server 2022" }); // true
 */
export function meets(policies: Policies): (conditions: NodeConditions, node: NodeFacts) => boolean {
  const has = hasTags(policies);
  return ({ ids, tags, patchGroups, platforms }, node) =>
    (ids?.includes(node.nodeId) ?? true) &&
    (patchGroups?.some((group) => group === node.patchGroup) ?? true) &&
    (platforms?.some((beginning) => startsWithWord(node.platformName ?? "", beginning)) ?? true) &&
    has(tags, node);
}

/** Returns a function that tells whether a node has, of each tag key, one of the values. */
export function hasTags(policies: Policies): (tags: TagConditions | undefined, node: NodeFacts) => boolean {
  const positions = new Map(namedTags(policies).map((pair, index) => [JSON.stringify(pair), index]));
  return (tags = {}, { tagMatches = [] }) =>
    Object.entries(tags).every(([key, values]) =>
      values.some((value) => tagMatches.includes(positions.get(JSON.stringify([key, value])) ?? -1)),
    );
}

function startsWithWord(name: string, beginning: string): boolean {
  return name.toLowerCase().startsWith(beginning.toLowerCase());
}
