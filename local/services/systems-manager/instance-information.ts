import { z } from "zod";
import type { InstanceInformation } from "../../fleet/fleet.ts";
import { NODE_ID } from "../../fleet/fleet-records.ts";
import { ServiceError } from "../../gateway/stand-in.ts";
import { page } from "./paging.ts";
import type { RegionData } from "./region-data.ts";
import { paging, readRequest } from "./request.ts";

const REQUEST = z.strictObject({
  Filters: z
    .array(z.strictObject({ Key: z.string().min(1), Values: z.array(z.string().min(1)).min(1).max(100) }))
    .optional(),
  ...paging(5, 50),
});

type TextField = "AgentVersion" | "PingStatus" | "PlatformType" | "ActivationId" | "IamRole" | "ResourceType";
type FilteredField = TextField | "InstanceId" | "AssociationStatus" | "SourceId" | "SourceType";

const FIELD_OF_KEY = new Map<string, FilteredField>([
  ["InstanceIds", "InstanceId"],
  ["AgentVersion", "AgentVersion"],
  ["PingStatus", "PingStatus"],
  ["PlatformTypes", "PlatformType"],
  ["ActivationIds", "ActivationId"],
  ["IamRole", "IamRole"],
  ["ResourceType", "ResourceType"],
  ["AssociationStatus", "AssociationStatus"],
  ["SourceIds", "SourceId"],
  ["SourceTypes", "SourceType"],
]);

const VALUES_OF_KEY = new Map<string, readonly string[]>([
  ["PingStatus", ["Online", "ConnectionLost", "Inactive"]],
  ["PlatformTypes", ["Windows", "Linux", "MacOS"]],
  ["ResourceType", ["EC2Instance", "ManagedInstance"]],
]);

/** Returns managed nodes. A page holds 10 nodes unless the request asks for more, even if it names 50 ids. */
export function describeInstanceInformation(data: RegionData, input: unknown): object {
  const request = readRequest("DescribeInstanceInformation", REQUEST, input);
  const tests = (request.Filters ?? []).map(({ Key, Values }) => test(Key, new Set(Values)));
  const paged = { MaxResults: 10, ...request };
  const named = request.Filters?.find(({ Key }) => Key === "InstanceIds");
  const nodes = named === undefined ? data.fleet.nodes : data.nodesNamed(named.Values);
  const { items, next } = page("DescribeInstanceInformation", paged, nodes, 10, (node) =>
    tests.every((passes) => passes(node)),
  );
  return { InstanceInformationList: items, ...next };
}

function test(key: string, values: ReadonlySet<string>): (node: InstanceInformation) => boolean {
  if (key === "tag-key" || key.startsWith("tag:")) {
    throw new Error(`The Systems Manager stand-in cannot filter nodes by ${key}: a fleet holds no tags`);
  }
  const field = FIELD_OF_KEY.get(key);
  if (field === undefined) throw new ServiceError("InvalidFilterKey", "The specified key isn't valid.");
  for (const value of values) requireValue(key, value);
  return (node) => values.has(node[field] ?? "");
}

/** Refuses a malformed value. An unknown node id is not an error: it is left out of the answer. */
function requireValue(key: string, value: string): void {
  if (key === "InstanceIds" && !NODE_ID.test(value)) {
    throw new ServiceError("InvalidInstanceId", `The following managed node ID isn't valid: ${value}`);
  }
  const allowed = VALUES_OF_KEY.get(key);
  if (allowed !== undefined && !allowed.includes(value)) {
    throw new ServiceError("InvalidInstanceInformationFilterValue", `The specified filter value isn't valid: ${value}`);
  }
}
