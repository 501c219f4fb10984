/** Reads the findings of this program in all accounts and Regions that a hub aggregates. */
import type { AwsSecurityFinding, AwsSecurityFindingFilters } from "@aws-sdk/client-securityhub";
import type { SecurityHub } from "../../functions/security-hub/security-hub.ts";
import { findingsOf, type HubScope } from "./hub.ts";
import { findingScope, OWN_GENERATORS, ownFinding, type OwnFinding } from "./own-findings.ts";

/** A finding of this program, with the account and Region that wrote it. Node ids can repeat between them. */
export interface OrganizationFinding extends OwnFinding {
  readonly account: string;
  readonly region: string;
}

/**
 * Yields all findings of this program that match the filters, from every account and Region that the hub shows. Reads one
 * page at a time. GetFindings returns those of linked Regions in the aggregation Region, and those of members in the
 * administrator account (Security Hub user guide, "Cross-Region aggregation").
 *
 * @param hub where to read; its partition is that of all findings
 * @example for await (const { account, nodeId } of organizationFindings(hub, { partition: "aws" })) ...
 */
export async function* organizationFindings(
  hub: Pick<SecurityHub, "search">,
  { partition }: Pick<HubScope, "partition">,
  filters: AwsSecurityFindingFilters = {},
): AsyncGenerator<OrganizationFinding> {
  // ProductArn and AwsAccountId differ between the accounts, so that only GeneratorId can be a filter.
  for await (const finding of findingsOf(hub, { ...filters, GeneratorId: OWN_GENERATORS })) {
    const { account, region } = placeOf(finding);
    const scope = findingScope({ partition, account, region });
    for (const own of ownFinding(finding, scope)) yield { ...own, account, region };
  }
}

/** Returns the account and Region that a finding claims. Whether its Id and product agree is checked afterwards. */
function placeOf({ AwsAccountId = "", Region, Id = "" }: AwsSecurityFinding) {
  return { account: AwsAccountId, region: Region ?? Id.split("/")[1] ?? "" };
}
