import {
  ListComplianceItemsCommand,
  ListInventoryEntriesCommand,
  SSMClient,
  paginateDescribeInstanceInformation,
  paginateDescribeInstancePatchStates,
  paginateListComplianceItems,
  type ComplianceItem,
  type ComplianceStringFilter,
  type InstanceInformation,
  type InstancePatchState,
  type ListComplianceItemsRequest,
  type ListInventoryEntriesRequest,
  type ListInventoryEntriesResult,
  type SSMPaginationConfiguration,
} from "@aws-sdk/client-ssm";
import { createPaginator } from "@smithy/core";
import { SHARED_QUOTA_LIMITS } from "../runtime/failure.ts";
import type { ReadTags } from "../resource-tags/read-tag-matches.ts";
import { equals } from "./compliance-filters.ts";
import { summaryReader, type NodeSummary } from "./compliance-summaries.ts";
import { allItems } from "./pages.ts";

/** The reads that Gather needs. Every list is complete. All but the tags are of Systems Manager. */
export interface PatchData {
  /** Takes at most 50 ids. Nodes without patch data are left out. */
  patchStates(nodeIds: readonly string[]): Promise<InstancePatchState[]>;
  /** Takes at most 100 ids. Nodes that are stopped or not managed are left out. */
  nodes(nodeIds: readonly string[]): Promise<InstanceInformation[]>;
  /**
   * Returns what the compliance summaries say about nodes. A node without one must be read itself. A summary may lag
   * behind, so it never proves that a node is compliant.
   */
  summaries(nodeIds: readonly string[]): Promise<ReadonlyMap<string, NodeSummary>>;
  complianceItems(nodeId: string, filter?: ComplianceFilter): Promise<ComplianceItem[]>;
  /** Returns whether the first page has an item of the filter's compliance type. */
  hasComplianceItems(nodeId: string, filter: ComplianceFilter): Promise<boolean>;
  inventory(nodeId: string, typeName: string): Promise<Record<string, string>[]>;
  /** Present if a policy names a tag. */
  readonly tags?: ReadTags;
}

/** The filter keys of ListComplianceItems that the program uses. */
export interface ComplianceFilter {
  readonly complianceType?: "Patch" | "Association";
  readonly status?: "NON_COMPLIANT";
}

const PAGE = 50;
/** The largest page size differs between operations. */
const PATCH_STATES_PAGE = 100;

/**
 * Attempts of the SDK per call, with waits of up to 20 seconds between them. One throttled call is tried again more
 * patiently than the state machine would retry the reads of 50 nodes.
 */
export const MAX_CALL_ATTEMPTS = 10;

/** The SDK has no paginator for this operation. */
export const paginateListInventoryEntries = createPaginator<
  SSMPaginationConfiguration,
  ListInventoryEntriesRequest,
  ListInventoryEntriesResult
>(SSMClient, ListInventoryEntriesCommand, "NextToken", "NextToken", "MaxResults");

/**
 * Returns the reads of Systems Manager that Gather needs.
 *
 * @param onSummariesRefused is called when Systems Manager refuses a filter of the summaries
 * @example
 * const states = await systemsManager().patchStates(["i-0123456789abcdef0"]);
 */
export function systemsManager(
  client = new SSMClient({ ...SHARED_QUOTA_LIMITS, maxAttempts: MAX_CALL_ATTEMPTS }),
  onSummariesRefused: () => void = () => undefined,
): PatchData {
  const pages = { client, pageSize: PAGE };
  return {
    patchStates: (nodeIds) =>
      allItems(
        paginateDescribeInstancePatchStates({ client, pageSize: PATCH_STATES_PAGE }, { InstanceIds: [...nodeIds] }),
        (page) => page.InstancePatchStates,
      ),
    nodes: (nodeIds) =>
      allItems(
        paginateDescribeInstanceInformation(pages, { Filters: [{ Key: "InstanceIds", Values: [...nodeIds] }] }),
        (page) => page.InstanceInformationList,
      ),
    summaries: summaryReader(client, onSummariesRefused),
    complianceItems: (nodeId, filter = {}) =>
      allItems(paginateListComplianceItems(pages, complianceRequest(nodeId, filter)), (page) => page.ComplianceItems),
    hasComplianceItems: async (nodeId, filter) => {
      const request = { ...complianceRequest(nodeId, filter), MaxResults: PAGE };
      const { ComplianceItems = [] } = await client.send(new ListComplianceItemsCommand(request));
      return ComplianceItems.some(({ ComplianceType }) => ComplianceType === filter.complianceType);
    },
    inventory: (nodeId, TypeName) =>
      allItems(paginateListInventoryEntries(pages, { InstanceId: nodeId, TypeName }), (page) => page.Entries),
  };
}

function complianceRequest(nodeId: string, filter: ComplianceFilter): ListComplianceItemsRequest {
  return { ResourceIds: [nodeId], ResourceTypes: ["ManagedInstance"], Filters: complianceFilters(filter) };
}

function complianceFilters({ complianceType, status }: ComplianceFilter): ComplianceStringFilter[] {
  return [
    ...(complianceType === undefined ? [] : [equals("ComplianceType", complianceType)]),
    ...(status === undefined ? [] : [equals("Status", status)]),
  ];
}
