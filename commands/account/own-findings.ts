/** Reads the findings of this program from Security Hub. */
import type { AwsSecurityFinding, AwsSecurityFindingFilters } from "@aws-sdk/client-securityhub";
import { equalsAny } from "../../functions/security-hub/filters.ts";
import type { SecurityHub } from "../../functions/security-hub/security-hub.ts";
import { FINDING_KINDS, GENERATOR_IDS, type FindingKind } from "../../contract/generators.ts";
import { nodeOfFindingId, productArn, type FindingScope } from "../../functions/security-hub/asff/finding-identity.ts";
import { isOwnFinding, type ImportableFinding } from "../../functions/security-hub/asff/stored-finding.ts";
import { findingsOf, type HubScope } from "./hub.ts";

/** A finding of this program, with its node and kind. */
export interface OwnFinding {
  readonly nodeId: string;
  readonly kind: FindingKind;
  readonly finding: ImportableFinding;
}

/** The filter values that match all kinds of this program's findings. */
export const OWN_GENERATORS = equalsAny(...FINDING_KINDS.map((kind) => GENERATOR_IDS[kind]));

/** Returns the scope of our findings. Its names and resource type are empty: only writing a finding uses them. */
export function findingScope(hub: HubScope): FindingScope {
  return { ...hub, productName: "", companyName: "", hybridResourceType: "" };
}

/** Yields all findings of this program in the account and Region that match the filters. Reads one page at a time. */
export async function* ownFindings(
  hub: Pick<SecurityHub, "search">,
  scope: FindingScope,
  filters: AwsSecurityFindingFilters = {},
): AsyncGenerator<OwnFinding> {
  const all: AwsSecurityFindingFilters = {
    ...filters,
    ProductArn: equalsAny(productArn(scope)),
    AwsAccountId: equalsAny(scope.account),
    GeneratorId: OWN_GENERATORS,
  };
  for await (const finding of findingsOf(hub, all)) yield* ownFinding(finding, scope);
}

/** Returns the finding if it is this scope's, and nothing otherwise. Filters of the API are not enough proof of that. */
export function ownFinding(finding: AwsSecurityFinding, scope: FindingScope): OwnFinding[] {
  const nodeId = nodeOfFindingId(scope, finding.Id ?? "");
  if (nodeId === undefined) return [];
  return FINDING_KINDS.flatMap((kind) =>
    isOwnFinding(finding, scope, nodeId, kind) ? [{ nodeId, kind, finding }] : [],
  );
}
