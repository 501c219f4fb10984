/** The findings of AWS's own Patch Manager integration. */
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
