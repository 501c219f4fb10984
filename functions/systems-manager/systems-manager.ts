import {
  DescribeInstanceInformationCommand,
  DescribeInstancePatchStatesCommand,
  ListComplianceItemsCommand,
  ListInventoryEntriesCommand,
  SSMClient,
  type ComplianceItem,
  type ComplianceStringFilter,
  type InstanceInformation,
  type InstancePatchState,
} from "@aws-sdk/client-ssm";
import { CALL_LIMITS } from "../runtime/failure.ts";
import { allPages } from "./pages.ts";

/** The reads of Systems Manager that Gather needs; every list is read to its end. */
export interface PatchData {
  /** At most 50 ids; nodes without patch data are absent from the answer. */
  patchStates(nodeIds: readonly string[]): Promise<InstancePatchState[]>;
  /** At most 100 ids; nodes that are not managed, or stopped, are absent. */
  nodes(nodeIds: readonly string[]): Promise<InstanceInformation[]>;
  complianceItems(nodeId: string, filter?: ComplianceFilter): Promise<ComplianceItem[]>;
  /** The first page only: whether there is any item at all. */
  hasComplianceItems(nodeId: string, filter: ComplianceFilter): Promise<boolean>;
  inventory(nodeId: string, typeName: string): Promise<Record<string, string>[]>;
}

/** Compliance items can be filtered by many keys; these two are used. */
export interface ComplianceFilter {
  readonly complianceType?: "Patch" | "Association";
  readonly status?: "NON_COMPLIANT";
}

const PAGE = 50;
/** Page size limits differ from call to call. */
const PATCH_STATES_PAGE = 100;

/** A single call's throttle is the SDK's to retry; what then still fails is the state machine's. */
export const MAX_ATTEMPTS = 5;

export function systemsManager(client = new SSMClient({ ...CALL_LIMITS, maxAttempts: MAX_ATTEMPTS })): PatchData {
  return {
    patchStates: (nodeIds) => patchStates(client, nodeIds),
    nodes: (nodeIds) => nodes(client, nodeIds),
    complianceItems: (nodeId, filter = {}) =>
      allPages(async (token) => {
        const page = await compliancePage(client, nodeId, filter, token);
        return { items: page.ComplianceItems, next: page.NextToken };
      }),
    hasComplianceItems: async (nodeId, filter) => {
      const { ComplianceItems } = await compliancePage(client, nodeId, filter);
      return (ComplianceItems ?? []).some(({ ComplianceType }) => ComplianceType === filter.complianceType);
    },
    inventory: (nodeId, typeName) => inventory(client, nodeId, typeName),
  };
}

function patchStates(client: SSMClient, nodeIds: readonly string[]): Promise<InstancePatchState[]> {
  const input = { InstanceIds: [...nodeIds], MaxResults: PATCH_STATES_PAGE };
  return allPages(async (token) => {
    const page = await client.send(new DescribeInstancePatchStatesCommand({ ...input, NextToken: token }));
    return { items: page.InstancePatchStates, next: page.NextToken };
  });
}

function nodes(client: SSMClient, nodeIds: readonly string[]): Promise<InstanceInformation[]> {
  const input = { Filters: [{ Key: "InstanceIds", Values: [...nodeIds] }], MaxResults: PAGE };
  return allPages(async (token) => {
    const page = await client.send(new DescribeInstanceInformationCommand({ ...input, NextToken: token }));
    return { items: page.InstanceInformationList, next: page.NextToken };
  });
}

function inventory(client: SSMClient, nodeId: string, typeName: string): Promise<Record<string, string>[]> {
  const input = { InstanceId: nodeId, TypeName: typeName, MaxResults: PAGE };
  return allPages(async (token) => {
    const page = await client.send(new ListInventoryEntriesCommand({ ...input, NextToken: token }));
    return { items: page.Entries, next: page.NextToken };
  });
}

function compliancePage(client: SSMClient, nodeId: string, filter: ComplianceFilter, token?: string) {
  return client.send(
    new ListComplianceItemsCommand({
      ResourceIds: [nodeId],
      ResourceTypes: ["ManagedInstance"],
      Filters: complianceFilters(filter),
      MaxResults: PAGE,
      NextToken: token,
    }),
  );
}

function complianceFilters({ complianceType, status }: ComplianceFilter): ComplianceStringFilter[] {
  const filter = (key: string, value: string | undefined): ComplianceStringFilter[] =>
    value === undefined ? [] : [{ Key: key, Values: [value], Type: "EQUAL" }];
  return [...filter("ComplianceType", complianceType), ...filter("Status", status)];
}
