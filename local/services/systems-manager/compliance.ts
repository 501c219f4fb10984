import { z } from "zod";
import type { ComplianceItem, ComplianceSummary } from "../../fleet/fleet.ts";
import { NODE_ID } from "../../fleet/fleet-records.ts";
import { ServiceError } from "../../gateway/stand-in.ts";
import { COMPLIANCE_FILTERS, knownFilters, passes } from "./filter.ts";
import { page } from "./paging.ts";
import type { RegionData } from "./region-data.ts";
import { paging, readRequest } from "./request.ts";

const ITEMS_REQUEST = z.strictObject({
  Filters: COMPLIANCE_FILTERS,
  ResourceIds: z.array(z.string().min(1).max(100)).min(1).max(1).optional(),
  ResourceTypes: z.array(z.string().min(1).max(50)).min(1).max(1).optional(),
  ...paging(1, 50),
});

const ITEM_KEYS = new Map<string, (item: ComplianceItem) => string | undefined>([
  ["ComplianceType", (item) => item.ComplianceType],
  ["Status", (item) => item.Status],
  ["Severity", (item) => item.Severity],
  ["Id", (item) => item.Id],
  ["DocumentName", (item) => item.Details?.["DocumentName"]],
  ["ExecutionTime", (item) => item.ExecutionSummary?.ExecutionTime?.toISOString()],
]);

/** Returns the compliance items of one node, of all compliance types. */
export function listComplianceItems(data: RegionData, input: unknown): object {
  const request = readRequest("ListComplianceItems", ITEMS_REQUEST, input);
  // Both errors have no members in the API model, so they have no message.
  if ((request.ResourceTypes ?? ["ManagedInstance"])[0] !== "ManagedInstance") {
    throw new ServiceError("InvalidResourceType", "");
  }
  const nodeId = request.ResourceIds?.[0] ?? "";
  if (!NODE_ID.test(nodeId)) throw new ServiceError("InvalidResourceId", "");
  const filters = knownFilters(request.Filters, (key) => ITEM_KEYS.has(key));
  const { items, next } = page("ListComplianceItems", request, data.complianceItemsOf(nodeId), 50, (item) =>
    passes(filters, (key) => ITEM_KEYS.get(key)?.(item)),
  );
  return { ComplianceItems: items, ...next };
}

const SUMMARIES_REQUEST = z.strictObject({ Filters: COMPLIANCE_FILTERS, ...paging(1, 50) });

const SUMMARY_KEYS = new Map<string, (summary: ComplianceSummary) => string | undefined>([
  ["ComplianceType", (summary) => summary.ComplianceType],
  ["InstanceId", (summary) => summary.ResourceId],
  ["Status", (summary) => summary.Status],
  ["OverallSeverity", (summary) => summary.OverallSeverity],
  ["ExecutionType", (summary) => summary.ExecutionSummary?.ExecutionType],
]);

/**
 * Returns one summary per node and compliance type. The user guide's walkthrough filters by node id with one value; a
 * filter with several is an assumption (Systems Manager user guide, "Viewing patch compliance results").
 */
export function listResourceComplianceSummaries(data: RegionData, input: unknown): object {
  const request = readRequest("ListResourceComplianceSummaries", SUMMARIES_REQUEST, input);
  const filters = knownFilters(request.Filters, (key) => SUMMARY_KEYS.has(key));
  const all = candidates(data, filters);
  const { items, next } = page("ListResourceComplianceSummaries", request, all, 50, (summary) => {
    return data.shows(summary) && passes(filters, (key) => SUMMARY_KEYS.get(key)?.(summary));
  });
  return { ResourceComplianceSummaryItems: items, ...next };
}

/** Returns all summaries, or only those of the nodes that a filter names: a large fleet has many. */
function candidates(data: RegionData, filters: ReturnType<typeof knownFilters>): readonly ComplianceSummary[] {
  const named = filters.find(({ Key, Type = "EQUAL" }) => Key === "InstanceId" && Type === "EQUAL");
  return named === undefined
    ? data.summaries
    : [...new Set(named.Values)].flatMap((nodeId) => data.summariesOf(nodeId));
}
