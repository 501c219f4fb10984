/** Decides which findings of AWS's own Patch Manager integration are outdated. */
import { isNodeId } from "../../functions/work/node-reference.ts";
import type { HubScope } from "./hub.ts";

/** The fields used here of a finding of AWS's own Patch Manager integration, as GetFindings returns it. */
export interface NativeFinding {
  readonly Id?: string | undefined;
  readonly ProductArn?: string | undefined;
  readonly AwsAccountId?: string | undefined;
  readonly Title?: string | undefined;
  readonly RecordState?: string | undefined;
  readonly Workflow?: { readonly Status?: string | undefined } | undefined;
  readonly Note?: { readonly Text?: string | undefined } | undefined;
  readonly Resources?: readonly { readonly Type?: string | undefined; readonly Id?: string | undefined }[] | undefined;
}

/** Nodes whose native findings are outdated. */
export interface KnownNodes {
  /** Nodes for which this program has a finding, open or closed. */
  readonly covered: ReadonlySet<string>;
  /** Nodes whose current data in Systems Manager proves them compliant. */
  readonly compliant: ReadonlySet<string>;
}

/** Whether to resolve a native finding, and why. */
export interface Decision {
  readonly finding: NativeFinding;
  readonly nodeId?: string;
  readonly resolve: boolean;
  readonly reason: string;
}

/** Returns the product ARN of AWS's own integration. It contains no account id. */
export function nativeProductArn({ partition, region }: HubScope): string {
  return `arn:${partition}:securityhub:${region}::product/aws/ssm-patch-manager`;
}

/** Returns whether a finding is an open native finding of this account. Checks this again after the API's filters. */
export function isOpenNative(finding: NativeFinding, scope: HubScope): boolean {
  const status = finding.Workflow?.Status;
  return (
    finding.ProductArn === nativeProductArn(scope) &&
    finding.AwsAccountId === scope.account &&
    finding.RecordState === "ACTIVE" &&
    (status === "NEW" || status === "NOTIFIED")
  );
}

/** Returns the node id of a native finding: its resource's id, or the last part of the resource's ARN. */
export function nativeNode({ Resources }: NativeFinding): string | undefined {
  const [only, ...others] = Resources ?? [];
  const nodeId = only?.Id?.split("/").at(-1);
  return others.length === 0 && isNodeId(nodeId) ? nodeId : undefined;
}

/** Decides whether to resolve a native finding. Resolves only findings of covered and of compliant nodes. */
export function decide(finding: NativeFinding, { covered, compliant }: KnownNodes): Decision {
  const nodeId = nativeNode(finding);
  if (nodeId === undefined) return { finding, resolve: false, reason: "it names no managed node" };
  if (covered.has(nodeId)) return { finding, nodeId, resolve: true, reason: "this program has a finding for the node" };
  if (compliant.has(nodeId)) return { finding, nodeId, resolve: true, reason: "the node is compliant now" };
  return {
    finding,
    nodeId,
    resolve: false,
    reason: "the node is neither proved compliant nor covered by this program",
  };
}
