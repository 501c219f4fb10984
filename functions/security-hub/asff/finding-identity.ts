import { PROGRAM, type FindingKind } from "../../../contract/generators.ts";
import type { NodeScope } from "../../work/node-arn.ts";
import { isNodeId } from "../../work/node-reference.ts";

/** Where findings belong, and the names that they show. The same for all findings of a deployment. */
export interface FindingScope extends NodeScope {
  readonly productName: string;
  readonly companyName: string;
  /** ASFF resource type of hybrid nodes: `Other`, or `AwsEc2Instance` as the native integration labels them. */
  readonly hybridResourceType: string;
}

/** Returns the same Id for every run: a node has one finding of each kind. Only AWS's own Ids begin with `arn:`. */
export function findingId({ region, account }: FindingScope, nodeId: string, kind: FindingKind = "compliance"): string {
  return `${PROGRAM}/${region}/${account}/${nodeId}${kind === "blindSpot" ? "/blind-spot" : ""}`;
}

/** Returns the node of a finding of this deployment, read from its Id; undefined for any other Id. */
export function nodeOfFindingId({ region, account }: FindingScope, id: string): string | undefined {
  const prefix = `${PROGRAM}/${region}/${account}/`;
  const nodeId = id.slice(prefix.length).replace(/\/blind-spot$/, "");
  return id.startsWith(prefix) && isNodeId(nodeId) ? nodeId : undefined;
}

/** Returns the ARN of the account's default product. It needs no subscription, and only the account may write to it. */
export function productArn({ partition, region, account }: FindingScope): string {
  return `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`;
}

/**
 * The domains of the consoles that AWS documents. AWS documents none for the isolated partitions (`aws-iso` and others):
 * their findings have no link, because a wrong one would be worse.
 */
const CONSOLE_DOMAINS: Readonly<Record<string, string>> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
  "aws-eusc": "console.amazonaws-eusc.eu",
};

/** Returns the node's patch page in the Systems Manager console; undefined if the console's address is unknown. */
export function consoleUrl({ partition, region }: FindingScope, nodeId: string): string | undefined {
  const domain = CONSOLE_DOMAINS[partition];
  if (domain === undefined) return undefined;
  return `https://${region}.${domain}/systems-manager/fleet-manager/${nodeId}/patch?region=${region}`;
}
