import {
  paginateListResourceComplianceSummaries,
  SSMClient,
  type ComplianceStringFilter,
  type ResourceComplianceSummaryItem,
} from "@aws-sdk/client-ssm";
import { failureKind, SHARED_QUOTA_LIMITS } from "../runtime/failure.ts";
import { MAX_CALL_ATTEMPTS } from "./managed-nodes.ts";
import { COMPLIANCE_TYPES, equals } from "./compliance-filters.ts";
import { allItems } from "./pages.ts";

/** The largest page that ListResourceComplianceSummaries returns (API reference). */
const PAGE = 50;

/** Reads of compliance summaries over all nodes of the account and Region. Every list is complete. */
export interface FleetSummaries {
  /** Returns node id -> the compliance types that are NON_COMPLIANT. */
  noncompliant(): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  /** Returns the nodes whose associations are all compliant. */
  compliantAssociations(): Promise<ReadonlySet<string>>;
}

/**
 * Returns the reads of compliance summaries.
 *
 * @example
 * const types = (await fleetSummaries().noncompliant()).get("i-0123456789abcdef0"); // Set { "Patch" }
 */
export function fleetSummaries(
  client = new SSMClient({ ...SHARED_QUOTA_LIMITS, maxAttempts: MAX_CALL_ATTEMPTS }),
): FleetSummaries {
  const list = (...Filters: ComplianceStringFilter[]): Promise<ResourceComplianceSummaryItem[]> => {
    const pages = paginateListResourceComplianceSummaries({ client, pageSize: PAGE }, { Filters });
    return allItems(pages, ({ ResourceComplianceSummaryItems }) => ResourceComplianceSummaryItems);
  };
  return {
    noncompliant: async () => {
      const status = equals("Status", "NON_COMPLIANT");
      // AWS does not document whether a filter takes several values.
      const items = await list(status, equals("ComplianceType", ...COMPLIANCE_TYPES)).catch((error: unknown) => {
        if (failureKind(error) === "refused") return list(status);
        throw error;
      });
      return typesByNode(items);
    },
    compliantAssociations: async () => {
      const items = await list(equals("Status", "COMPLIANT"), equals("ComplianceType", "Association"));
      return new Set(items.flatMap(({ ResourceId }) => ResourceId ?? []));
    },
  };
}

function typesByNode(items: readonly ResourceComplianceSummaryItem[]): Map<string, Set<string>> {
  const types = new Map<string, Set<string>>();
  for (const { ResourceId, ComplianceType = "", Status } of items) {
    if (ResourceId === undefined || Status !== "NON_COMPLIANT" || !isOfPatching(ComplianceType)) continue;
    types.set(ResourceId, (types.get(ResourceId) ?? new Set()).add(ComplianceType));
  }
  return types;
}

function isOfPatching(type: string): boolean {
  return COMPLIANCE_TYPES.some((known) => known === type);
}
