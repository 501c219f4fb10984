/** Decides which findings of AWS's own Patch Manager integration are outdated. */
import { nativeNode, type NativeFinding } from "../account/native-findings.ts";

/** Nodes whose native findings are outdated. */
interface KnownNodes {
  /** Nodes for which this program has a finding, open or closed. */
  readonly covered: ReadonlySet<string>;
  /** Nodes whose current data in Systems Manager proves them compliant. */
  readonly compliant: ReadonlySet<string>;
}

/** Whether to resolve a native finding, and why. */
export interface Resolution {
  readonly finding: NativeFinding;
  readonly nodeId?: string;
  readonly resolve: boolean;
  readonly reason: string;
}

/** Decides whether to resolve a native finding. Resolves only findings of covered and of compliant nodes. */
export function decideResolution(finding: NativeFinding, { covered, compliant }: KnownNodes): Resolution {
  const nodeId = nativeNode(finding);
  if (nodeId === undefined) return { finding, resolve: false, reason: "it names no managed node" };
  if (covered.has(nodeId)) return { finding, nodeId, resolve: true, reason: "this program has a finding for the node" };
  if (compliant.has(nodeId)) return { finding, nodeId, resolve: true, reason: "the node is compliant now" };
  return {
    finding,
    nodeId,
    resolve: false,
    reason: "the node is not proved compliant, and this program has no finding for it",
  };
}
