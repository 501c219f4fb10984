import type { AwsSecurityFinding } from "@aws-sdk/client-securityhub";
import { FINDING_KINDS, GENERATOR_IDS, type FindingKind } from "../../../contract/generators.ts";
import { findingId, nodeOfFindingId, productArn, type FindingScope } from "./finding-identity.ts";

/** A finding of any origin as GetFindings returns it. Every field may be missing. */
export type StoredFinding = Partial<AwsSecurityFinding>;

/** A finding of the program, as it is stored or imported: complete, because BatchImportFindings requires that. */
export type ImportableFinding = AwsSecurityFinding & { readonly Id: string };

/** Returns true for this deployment's finding of this kind about this node, and for no other finding. */
export function isOwnFinding(
  stored: StoredFinding,
  scope: FindingScope,
  nodeId: string,
  kind: FindingKind = "compliance",
): stored is ImportableFinding {
  return (
    stored.Id === findingId(scope, nodeId, kind) &&
    stored.ProductArn === productArn(scope) &&
    stored.AwsAccountId === scope.account &&
    // Security Hub fills in a missing Region.
    (stored.Region ?? scope.region) === scope.region &&
    stored.GeneratorId === GENERATOR_IDS[kind]
  );
}

/** Returns the node of this deployment's finding of any kind, and undefined for every other finding. */
export function nodeOfOwnFinding(stored: StoredFinding, scope: FindingScope): string | undefined {
  const nodeId = nodeOfFindingId(scope, stored.Id ?? "");
  const isOwn = nodeId !== undefined && FINDING_KINDS.some((kind) => isOwnFinding(stored, scope, nodeId, kind));
  return isOwn ? nodeId : undefined;
}

/** Returns whether the finding is archived or passed. */
export function isClosed({ RecordState, Compliance }: StoredFinding): boolean {
  return RecordState === "ARCHIVED" || Compliance?.Status === "PASSED";
}
