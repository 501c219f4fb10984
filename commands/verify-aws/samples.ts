/** What the checks read of the account: small samples, each read once. */
import {
  DescribeInstanceInformationCommand,
  DescribeInstancePatchStatesCommand,
  ListComplianceItemsCommand,
  ListInventoryEntriesCommand,
  ListResourceComplianceSummariesCommand,
  type ComplianceItem,
  type ComplianceStringFilter,
  type InstanceInformation,
  type InstancePatchState,
  type ResourceComplianceSummaryItem,
} from "@aws-sdk/client-ssm";
import {
  GetFindingsCommand,
  type AwsSecurityFinding,
  type AwsSecurityFindingFilters,
} from "@aws-sdk/client-securityhub";
import { FINDING_KINDS, GENERATOR_IDS } from "../../contract/generators.ts";
import { equalsAny } from "../../functions/security-hub/filters.ts";
import { equals } from "../../functions/systems-manager/compliance-filters.ts";
import { hubArn, hubScope, type HubScope } from "../account/hub.ts";
import { nativeProductArn } from "../account/native-findings.ts";
import { once } from "../preflight/check.ts";
import type { Account } from "./account.ts";
import { readExecutions, type Executions } from "./executions.ts";

/** Nodes whose items are read. Each costs up to two calls. */
const MAX_NODES_WITH_ITEMS = 8;
const MAX_NODES_WITH_INVENTORY = 5;
const PAGE = 50;

/** Pages of a list, at most as many as were asked for. */
export interface Pages<Item> {
  readonly pages: readonly (readonly Item[])[];
  /** True if there are more pages. */
  readonly more: boolean;
}

/** The samples. Every function reads once, and then returns the same answer or fails the same way. */
export interface Samples {
  readonly account: Account;
  /** The first 50 managed nodes. */
  readonly nodes: () => Promise<readonly InstanceInformation[]>;
  /** The first 50 compliance summaries of patches and associations. */
  readonly summaries: () => Promise<readonly ResourceComplianceSummaryItem[]>;
  /** The first 50 summaries that are NON_COMPLIANT. */
  readonly noncompliant: () => Promise<readonly ResourceComplianceSummaryItem[]>;
  /** The patch states of the sampled nodes. */
  readonly states: () => Promise<readonly InstancePatchState[]>;
  /** Up to 100 compliance items of each of some nodes: the noncompliant first. */
  readonly items: () => Promise<ReadonlyMap<string, readonly ComplianceItem[]>>;
  /** The AWS:PatchSummary entries of some nodes. */
  readonly inventory: () => Promise<readonly Readonly<Record<string, string>>[]>;
  readonly executions: () => Promise<Executions>;
  readonly hub: () => Promise<HubScope>;
  /** The first 100 findings with this program's GeneratorIds, of any Region. */
  readonly findings: () => Promise<readonly AwsSecurityFinding[]>;
  /** The first 100 findings of AWS's own integration. */
  readonly nativeFindings: () => Promise<readonly AwsSecurityFinding[]>;
}

/**
 * Returns the samples of an account. Nothing is read before a check asks for it.
 *
 * @example const nodes = await samplesOf(account).nodes();
 */
export function samplesOf(account: Account): Samples {
  const { ssm, hub: client } = account.clients;
  const nodes = once(async () => {
    const answer = await ssm.send(new DescribeInstanceInformationCommand({ MaxResults: PAGE }));
    return answer.InstanceInformationList ?? [];
  });
  const summaries = once(() => readSummaries(account, []));
  const noncompliant = once(() => readSummaries(account, [equals("Status", "NON_COMPLIANT")]));
  const some = once(async () => nodeIdsOf([...(await noncompliant()), ...(await summaries())], await nodes()));
  // Inventory matters for nodes without compliance data.
  const silent = once(async () => {
    const known = new Set((await summaries()).map(({ ResourceId }) => ResourceId));
    const ids = (await nodes()).flatMap(({ InstanceId }) => InstanceId ?? []);
    return ids.toSorted((a, b) => Number(known.has(a)) - Number(known.has(b)));
  });
  const hub = once(async () => hubScope(await hubArn(client)));
  const generators = FINDING_KINDS.map((kind) => GENERATOR_IDS[kind]);
  return {
    account,
    nodes,
    summaries,
    noncompliant,
    hub,
    states: once(async () => patchStates(account, (await some()).slice(0, PAGE))),
    items: once(async () => readItems(account, (await some()).slice(0, MAX_NODES_WITH_ITEMS))),
    inventory: once(async () => readInventory(account, (await silent()).slice(0, MAX_NODES_WITH_INVENTORY))),
    executions: once(() => readExecutions(account)),
    findings: once(() => getFindings(account, { GeneratorId: equalsAny(...generators) })),
    nativeFindings: once(async () => getFindings(account, { ProductArn: equalsAny(nativeProductArn(await hub())) })),
  };
}

/** Returns one page of the compliance summaries that match the filters. */
export async function readSummaries(
  { clients }: Account,
  Filters: readonly ComplianceStringFilter[],
): Promise<readonly ResourceComplianceSummaryItem[]> {
  const command = new ListResourceComplianceSummariesCommand({ Filters: [...Filters], MaxResults: PAGE });
  return (await clients.ssm.send(command)).ResourceComplianceSummaryItems ?? [];
}

/** Returns the patch states of nodes. Takes at most 50 ids. */
export async function patchStates({ clients }: Account, InstanceIds: readonly string[]): Promise<InstancePatchState[]> {
  if (InstanceIds.length === 0) return [];
  const command = new DescribeInstancePatchStatesCommand({ InstanceIds: [...InstanceIds], MaxResults: 100 });
  return (await clients.ssm.send(command)).InstancePatchStates ?? [];
}

/** Returns pages of one node's compliance items. */
export async function itemPages(
  { clients }: Account,
  nodeId: string,
  Filters: readonly ComplianceStringFilter[],
  { size, most }: { readonly size: number; readonly most: number },
): Promise<Pages<ComplianceItem>> {
  const pages: ComplianceItem[][] = [];
  let NextToken: string | undefined;
  do {
    const command = new ListComplianceItemsCommand({
      ResourceIds: [nodeId],
      ResourceTypes: ["ManagedInstance"],
      Filters: [...Filters],
      MaxResults: size,
      NextToken,
    });
    const answer = await clients.ssm.send(command);
    pages.push(answer.ComplianceItems ?? []);
    NextToken = answer.NextToken === "" ? undefined : answer.NextToken;
  } while (NextToken !== undefined && pages.length < most);
  return { pages, more: NextToken !== undefined };
}

/** Returns one page of findings. */
export async function getFindings(
  { clients }: Account,
  Filters: AwsSecurityFindingFilters,
): Promise<readonly AwsSecurityFinding[]> {
  return (await clients.hub.send(new GetFindingsCommand({ Filters, MaxResults: 100 }))).Findings ?? [];
}

/** Returns the nodes with summaries, those with associations and with patches in turn, and then the other nodes. */
function nodeIdsOf(summaries: readonly ResourceComplianceSummaryItem[], nodes: readonly InstanceInformation[]) {
  const idsOf = (isAssociation: boolean) =>
    summaries
      .filter(({ ComplianceType }) => (ComplianceType === "Association") === isAssociation)
      .map(({ ResourceId }) => ResourceId);
  const [associations, others] = [idsOf(true), idsOf(false)];
  const turns = Array.from({ length: summaries.length }, (_, index) => [associations[index], others[index]]);
  const ids = [...turns.flat(), ...nodes.map(({ InstanceId }) => InstanceId)];
  return [...new Set(ids.filter((id) => id !== undefined))];
}

async function readItems(account: Account, nodeIds: readonly string[]): Promise<Map<string, ComplianceItem[]>> {
  const items = new Map<string, ComplianceItem[]>();
  for (const nodeId of nodeIds) {
    items.set(nodeId, (await itemPages(account, nodeId, [], { size: PAGE, most: 2 })).pages.flat());
  }
  return items;
}

async function readInventory({ clients }: Account, nodeIds: readonly string[]): Promise<Record<string, string>[]> {
  const found: Record<string, string>[] = [];
  for (const InstanceId of nodeIds) {
    const command = new ListInventoryEntriesCommand({ InstanceId, TypeName: "AWS:PatchSummary", MaxResults: PAGE });
    found.push(...((await clients.ssm.send(command)).Entries ?? []));
  }
  return found;
}
