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
import { ec2Instances } from "./instances.ts";
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

/** Reads everything that the program could read in one account and Region. */
export interface FleetSources {
  account(): Promise<string>;
  nodes(): Promise<InstanceInformation[]>;
  summaries(): Promise<ResourceComplianceSummaryItem[]>;
  /** Reads this program's findings, open and archived. */
  findings(): Promise<AwsSecurityFinding[]>;
  /** Reads the patch states of at most 50 nodes. The answer leaves out nodes without patch data. */
  patchStates(nodeIds: readonly string[]): Promise<InstancePatchState[]>;
  /** Reads what Gather could read of a node in addition to its patch state. */
  patchRows(nodeId: string, hasPatchState: boolean): Promise<PatchRows>;
  /** Reads the states by EC2 instance id. The answer leaves out ids that EC2 does not know. */
  instanceStates(instanceIds: readonly string[]): Promise<Map<string, string>>;
}

/** Compliance items and inventory of one node. */
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

/**
 * Returns the sources of a real account.
 *
 * @param turn is awaited before every request
 * @example const sources = fleetSources({ region: "eu-west-1" }, rateLimit(5));
 */
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
 * Reads a node's compliance items. For a node with a patch state these are the noncompliant items, those of associations,
 * and one patch as proof that the node has some: a node has hundreds of compliant patches, which the program never reads.
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
