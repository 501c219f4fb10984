import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import type { NodeTags } from "../compliance/node-conditions.ts";
import { SystemsManagerUnavailable } from "../runtime/errors.ts";
import { SHARED_QUOTA_LIMITS } from "../runtime/failure.ts";
import { MAX_CALL_ATTEMPTS } from "../systems-manager/systems-manager.ts";
import { nodeArn, type NodeScope } from "../work/node-arn.ts";
import type { ReadTags } from "./read-tag-matches.ts";

/**
 * Returns the read of tags, of instances and of hybrid nodes. It throws any error of a call, and never returns a part of
 * the tags.
 *
 * @example
 * const tags = await nodeTags(nodeScopeFrom())(["i-0123456789abcdef0"]);
 */
export function nodeTags(
  scope: NodeScope,
  client = new ResourceGroupsTaggingAPIClient({ ...SHARED_QUOTA_LIMITS, maxAttempts: MAX_CALL_ATTEMPTS }),
): ReadTags {
  const read = async (nodeIds: readonly string[]): Promise<(readonly [string, NodeTags])[]> => {
    const nodeOf = new Map(nodeIds.map((nodeId) => [nodeArn(scope, nodeId), nodeId]));
    const request = new GetResourcesCommand({ ResourceARNList: [...nodeOf.keys()] });
    const { ResourceTagMappingList: found = [], PaginationToken: token = "" } = await client.send(request);
    // A request with a list of ARNs takes no token (API reference, GetResources), so there is no next page to read.
    if (token !== "") return readInTwo(nodeIds, read);
    return found.flatMap(({ ResourceARN = "", Tags = [] }) => {
      const nodeId = nodeOf.get(ResourceARN);
      if (nodeId === undefined) return [];
      return [[nodeId, Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value]))] as const];
    });
  };
  return async (nodeIds) => new Map(nodeIds.length === 0 ? [] : await read(nodeIds));
}

async function readInTwo<Item>(
  nodeIds: readonly string[],
  read: (nodeIds: readonly string[]) => Promise<Item[]>,
): Promise<Item[]> {
  if (nodeIds.length === 1) throw new SystemsManagerUnavailable("GetResources returned a part of one node's tags");
  const middle = Math.ceil(nodeIds.length / 2);
  return [...(await read(nodeIds.slice(0, middle))), ...(await read(nodeIds.slice(middle)))];
}
