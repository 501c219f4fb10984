import { namedTags, type NodeConditions, type Policies, type TagConditions } from "../../contract/policies.ts";
import { isPlatform } from "./platform-name.ts";

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
    (platforms === undefined || isPlatform(node.platformName, platforms)) &&
    has(tags, node);
}

/** Returns a function that tells whether a node has, of each tag key, one of the values. */
export function hasTags(policies: Policies): (tags: TagConditions | undefined, node: NodeFacts) => boolean {
  const positions = positionsOf(policies);
  return (tags = {}, { tagMatches = [] }) =>
    Object.entries(tags).every(([key, values]) =>
      values.some((value) => tagMatches.includes(positions.get(JSON.stringify([key, value])) ?? -1)),
    );
}

/** Tag keys and values of a node. */
export type NodeTags = Readonly<Record<string, string>>;

/**
 * Returns a function that tells which of the tags that the policies name a node has, as ascending positions in
 * `namedTags`.
 *
 * @example
 * tagMatches(policies)({ Env: "test", Team: "payments" }); // [0]
 */
export function tagMatches(policies: Policies): (tags: NodeTags) => number[] {
  const positions = positionsOf(policies);
  return (tags) =>
    Object.entries(tags)
      .flatMap((pair) => positions.get(JSON.stringify(pair)) ?? [])
      .toSorted((a, b) => a - b);
}

function positionsOf(policies: Policies): ReadonlyMap<string, number> {
  return new Map(namedTags(policies).map((pair, index) => [JSON.stringify(pair), index]));
}
