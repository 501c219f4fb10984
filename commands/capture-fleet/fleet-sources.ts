import { EC2Client } from "@aws-sdk/client-ec2";
import { SecurityHubClient, type AwsSecurityFinding } from "@aws-sdk/client-securityhub";
import {
  ListComplianceItemsCommand,
  SSMClient,
  paginateDescribeInstanceInformation,
  paginateListResourceComplianceSummaries,
  type ComplianceItem,
  type InstanceInformation,
  type InstancePatchState,
  type ListInventoryEntriesResult,
  type ResourceComplianceSummaryItem,
} from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { ec2Instances } from "../../functions/ec2/instances.ts";
import { allItems } from "../../functions/systems-manager/pages.ts";
import { securityHub } from "../../functions/security-hub/security-hub.ts";
import {
  paginateListInventoryEntries,
  systemsManager,
  type PatchData,
} from "../../functions/systems-manager/systems-manager.ts";
import { accountClient } from "../account/client.ts";
import { hubArn, hubScope } from "../account/hub.ts";
import { findingScope, ownFindings } from "../account/own-findings.ts";

/** All that the program could read in one account and Region. */
export interface FleetSources {
  account(): Promise<string>;
  nodes(): Promise<InstanceInformation[]>;
  summaries(): Promise<ResourceComplianceSummaryItem[]>;
  /** This program's findings, open and archived. */
  findings(): Promise<AwsSecurityFinding[]>;
  /** At most 50 ids; nodes without patch data are absent from the answer. */
  patchStates(nodeIds: readonly string[]): Promise<InstancePatchState[]>;
  /** What Gather could read of a node beside its patch state. */
  patchRows(nodeId: string, hasPatchState: boolean): Promise<PatchRows>;
  /** EC2 instance id -> state; ids that EC2 does not know are not in it. */
  instanceStates(instanceIds: readonly string[]): Promise<Map<string, string>>;
}

export interface PatchRows {
  readonly items: readonly ComplianceItem[];
  readonly inventory: readonly InventoryRows[];
}
type InventoryRows = Pick<
  ListInventoryEntriesResult,
  "TypeName" | "InstanceId" | "SchemaVersion" | "CaptureTime" | "Entries"
>;

const PAGE = 50;
const INVENTORY_TYPES = ["AWS:PatchSummary", "AWS:PatchCompliance"];
/** Answers about a node that Systems Manager does not know (any more). */
const UNKNOWN_NODE = new Set(["InvalidResourceId", "InvalidInstanceId", "InvalidTypeNameException"]);

/** @param turn is waited for before every request */
export function fleetSources(settings: object, turn: (operation: string) => Promise<void>): FleetSources {
  const ssm = accountClient(new SSMClient(settings), turn);
  const sts = accountClient(new STSClient(settings), turn);
  const hub = accountClient(new SecurityHubClient(settings), turn);
  const ec2 = accountClient(new EC2Client(settings), turn);
  const data = systemsManager(ssm);
  const pages = { client: ssm, pageSize: PAGE };
  return {
    account: async () => (await sts.send(new GetCallerIdentityCommand({}))).Account ?? "",
    nodes: () => allItems(paginateDescribeInstanceInformation(pages, {}), (page) => page.InstanceInformationList),
    summaries: () =>
      allItems(paginateListResourceComplianceSummaries(pages, {}), (page) => page.ResourceComplianceSummaryItems),
    findings: () => storedFindings(hub),
    patchStates: (nodeIds) => data.patchStates(nodeIds),
    patchRows: async (nodeId, hasPatchState) => {
      const items = await complianceItems(nodeId, hasPatchState, data, ssm);
      const needsInventory = !hasPatchState && !items.some(isPatch);
      return { items, inventory: needsInventory ? await inventory(nodeId, ssm) : [] };
    },
    instanceStates: (instanceIds) => ec2Instances(ec2).states(instanceIds),
  };
}

/**
 * With a patch state, what speaks against the node, what associations say, and one patch as the sign that there are any:
 * compliant patches are hundreds a node, and the program never reads them. Without a patch state, all there is.
 */
async function complianceItems(
  nodeId: string,
  hasPatchState: boolean,
  data: PatchData,
  ssm: SSMClient,
): Promise<ComplianceItem[]> {
  if (!hasPatchState) return known(() => data.complianceItems(nodeId), []);
  const noncompliant = await known(() => data.complianceItems(nodeId, { status: "NON_COMPLIANT" }), []);
  const associations = await known(() => data.complianceItems(nodeId, { complianceType: "Association" }), []);
  const others = noncompliant.filter(({ ComplianceType }) => ComplianceType !== "Association");
  return [...others, ...associations, ...(others.some(isPatch) ? [] : await onePatch(nodeId, ssm))];
}

async function onePatch(nodeId: string, ssm: SSMClient): Promise<ComplianceItem[]> {
  const input = {
    ResourceIds: [nodeId],
    ResourceTypes: ["ManagedInstance"],
    Filters: [{ Key: "ComplianceType", Values: ["Patch"], Type: "EQUAL" as const }],
    MaxResults: PAGE,
  };
  const first = async () => (await ssm.send(new ListComplianceItemsCommand(input))).ComplianceItems ?? [];
  return (await known(first, [])).filter(isPatch).slice(0, 1);
}

function isPatch({ ComplianceType }: ComplianceItem): boolean {
  return ComplianceType === "Patch";
}

async function inventory(nodeId: string, client: SSMClient): Promise<InventoryRows[]> {
  const all: InventoryRows[] = [];
  for (const TypeName of INVENTORY_TYPES) {
    let head: Partial<ListInventoryEntriesResult> = {};
    const pages = paginateListInventoryEntries({ client, pageSize: PAGE }, { InstanceId: nodeId, TypeName });
    const entriesOf = (page: ListInventoryEntriesResult) => {
      head = page;
      return page.Entries;
    };
    const Entries = await known(() => allItems(pages, entriesOf), []);
    const { SchemaVersion, CaptureTime } = head;
    if (Entries.length > 0) all.push({ TypeName, InstanceId: nodeId, SchemaVersion, CaptureTime, Entries });
  }
  return all;
}

async function known<Answer>(read: () => Promise<Answer>, otherwise: Answer): Promise<Answer> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && UNKNOWN_NODE.has(error.name)) return otherwise;
    throw error;
  }
}

async function storedFindings(client: SecurityHubClient): Promise<AwsSecurityFinding[]> {
  const scope = findingScope(hubScope(await hubArn(client)));
  const all: AwsSecurityFinding[] = [];
  for await (const { finding } of ownFindings(securityHub(client), scope)) all.push(finding);
  return all;
}
