import { z } from "zod";
import type { NodeTags } from "../../fleet/fleet.ts";
import { ServiceError, type StandIn } from "../../gateway/stand-in.ts";
import { partitionOf } from "../../program/partition.ts";

/** The nodes whose tags are known: EC2 instances and hybrid nodes of one account and Region. */
interface TaggedNodes {
  readonly account: string;
  readonly region: string;
  /** Node id -> tags. It is read at each call, so it may change during a run. */
  readonly tags: ReadonlyMap<string, NodeTags>;
}

const MOST_ARNS = 100;
const request = z.strictObject({
  ResourceARNList: z.array(z.string().regex(/^arn:[^\s]{1,1007}$/)).max(MOST_ARNS),
  PaginationToken: z.string().optional(),
  ResourcesPerPage: z.number().optional(),
  TagsPerPage: z.number().optional(),
  TagFilters: z.array(z.unknown()).optional(),
  ResourceTypeFilters: z.array(z.unknown()).optional(),
});

/**
 * Answers for the Resource Groups Tagging API in one Region: the tags of resources that a request names. Untagged and
 * unknown resources are left out, without an error.
 * https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
export class ResourceTags implements StandIn {
  readonly #nodes: TaggedNodes;

  constructor(nodes: TaggedNodes) {
    this.#nodes = nodes;
  }

  call(operation: string, input: Record<string, unknown>): unknown {
    if (operation !== "GetResources") {
      throw new ServiceError("UnknownOperationException", `The local run does not support ${operation}.`);
    }
    const parsed = request.safeParse(input);
    if (!parsed.success) throw new ServiceError("InvalidParameterException", z.prettifyError(parsed.error));
    const { ResourceARNList: arns, ...others } = parsed.data;
    const [other] = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    if (other !== undefined) {
      throw new ServiceError("InvalidParameterException", `ResourceARNList and ${other} exclude each other.`);
    }
    const found = [...new Set(arns)].flatMap((ResourceARN) => {
      const tags = Object.entries(this.#tagsOf(ResourceARN)).map(([Key, Value]) => ({ Key, Value }));
      return tags.length === 0 ? [] : [{ ResourceARN, Tags: tags }];
    });
    return { ResourceTagMappingList: found, PaginationToken: "" };
  }

  #tagsOf(arn: string): NodeTags {
    const { account, region, tags } = this.#nodes;
    const start = `arn:${partitionOf(region)}:`;
    const node = [
      [`${start}ec2:${region}:${account}:instance/`, "i-"],
      [`${start}ssm:${region}:${account}:managed-instance/`, "mi-"],
    ].find(([prefix = "", kind = ""]) => arn.startsWith(`${prefix}${kind}`));
    return tags.get(arn.slice(node?.[0]?.length ?? arn.length)) ?? {};
  }
}
