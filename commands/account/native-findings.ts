import { isNodeId } from "../../functions/work/node-reference.ts";
import type { HubScope } from "./hub.ts";

/** What is needed of a finding of AWS's own Patch Manager integration, as GetFindings returns it. */
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

/** What is known of the nodes that native findings are about. */
export interface KnownNodes {
  /** Nodes about which this program has a finding, open or closed. */
  readonly covered: ReadonlySet<string>;
  /** Nodes that Systems Manager proves compliant now. */
  readonly compliant: ReadonlySet<string>;
}

export interface Decision {
  readonly finding: NativeFinding;
  readonly nodeId?: string;
  readonly resolve: boolean;
  readonly reason: string;
}

/** The product of AWS's own integration; it has no account in it. */
export function nativeProductArn({ partition, region }: HubScope): string {
  return `arn:${partition}:securityhub:${region}::product/aws/ssm-patch-manager`;
}

/** Open, of the native product and of this account; filters are not believed alone. */
export function isOpenNative(finding: NativeFinding, scope: HubScope): boolean {
  const status = finding.Workflow?.Status;
  return (
    finding.ProductArn === nativeProductArn(scope) &&
    finding.AwsAccountId === scope.account &&
    finding.RecordState === "ACTIVE" &&
    (status === "NEW" || status === "NOTIFIED")
  );
}

/** The node of a native finding: its resource's id, or the end of its ARN. */
export function nativeNode({ Resources }: NativeFinding): string | undefined {
  const [only, ...others] = Resources ?? [];
  const nodeId = only?.Id?.split("/").at(-1);
  return others.length === 0 && isNodeId(nodeId) ? nodeId : undefined;
}

export function decide(finding: NativeFinding, { covered, compliant }: KnownNodes): Decision {
  const nodeId = nativeNode(finding);
  if (nodeId === undefined) return { finding, resolve: false, reason: "it names no managed node" };
  if (covered.has(nodeId)) return { finding, nodeId, resolve: true, reason: "this program has a finding of the node" };
  if (compliant.has(nodeId)) return { finding, nodeId, resolve: true, reason: "the node is compliant now" };
  return { finding, nodeId, resolve: false, reason: "neither proved compliant nor covered by this program" };
}
