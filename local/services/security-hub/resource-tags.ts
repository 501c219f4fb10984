/**
 * The tags that Security Hub adds to the resources of an imported finding: those of the resource whose ARN is its Id.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources-attributes.html
 */
import { isObject } from "./schema.ts";

type Finding = Record<string, unknown>;

/** Resource id -> tags. It is read at each import, so it may change during a run. */
export type ResourceTags = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** The resources whose tags are known: EC2 instances and hybrid nodes of one account and Region. */
export interface TaggedResources {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly tags: ResourceTags;
}

/** Returns the finding with tags at its resources. Tags that the provider sends stay. */
export function withResourceTags(finding: Finding, tagged: TaggedResources): Finding {
  const { Resources: resources } = finding;
  if (tagged.tags.size === 0 || !Array.isArray(resources)) return finding;
  return { ...finding, Resources: resources.map((resource: unknown) => withTags(resource, tagged)) };
}

function withTags(resource: unknown, tagged: TaggedResources): unknown {
  if (!isObject(resource) || resource["Tags"] !== undefined) return resource;
  const nodeId = nodeOfArn(resource["Id"], tagged);
  const tags = nodeId === undefined ? undefined : tagged.tags.get(nodeId);
  return tags === undefined ? resource : { ...resource, Tags: { ...tags } };
}

function nodeOfArn(id: unknown, { partition, region, account }: TaggedResources): string | undefined {
  const kinds = [`ec2:${region}:${account}:instance/`, `ssm:${region}:${account}:managed-instance/`];
  const start = kinds.map((kind) => `arn:${partition}:${kind}`).find((each) => String(id).startsWith(each));
  return start === undefined ? undefined : String(id).slice(start.length);
}
