import { DescribeHubCommand, type AwsSecurityFinding, type SecurityHubClient } from "@aws-sdk/client-securityhub";
import {
  DescribeInstancePatchStatesCommand,
  ListComplianceItemsCommand,
  ListInventoryEntriesCommand,
  paginateDescribeInstanceInformation,
  paginateListResourceComplianceSummaries,
  type ComplianceItem,
  type ComplianceStringFilter,
  type InstanceInformation,
  type InstancePatchState,
  type ListInventoryEntriesResult,
  type ResourceComplianceSummaryItem,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { allPages } from "../functions/aws/pages.ts";
import { securityHub } from "../functions/aws/security-hub.ts";
import { hubScope } from "./native-findings.ts";
import { findingScope, ownFindings } from "./own-findings.ts";

/** All that a fleet directory holds of one account and Region. Every call passes `paced`. */
export interface FleetSources {
  account(): Promise<string>;
  nodes(): Promise<InstanceInformation[]>;
  /** At most 50 ids. */
  patchStates(nodeIds: readonly string[]): Promise<InstancePatchState[]>;
  /** What the program would read of a node. */
  complianceItems(nodeId: string, hasPatchState: boolean): Promise<ComplianceItem[]>;
  inventory(nodeId: string): Promise<ListInventoryEntriesResult[]>;
  summaries(): Promise<ResourceComplianceSummaryItem[]>;
  /** This program's findings. */
  findings(): Promise<AwsSecurityFinding[]>;
}

type Paced = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;
const PAGE = 50;
const INVENTORY_TYPES = ["AWS:PatchSummary", "AWS:PatchCompliance"];
const filter = (Key: string, value: string): ComplianceStringFilter => ({ Key, Values: [value], Type: "EQUAL" });

export function fleetSources(
  { ssm, sts, hub }: { readonly ssm: SSMClient; readonly sts: STSClient; readonly hub: SecurityHubClient },
  paced: Paced,
): FleetSources {
  const nodes = paginateDescribeInstanceInformation({ client: ssm, pageSize: PAGE }, {});
  const summaries = paginateListResourceComplianceSummaries({ client: ssm, pageSize: PAGE }, {});
  return {
    account: async () => (await paced(() => sts.send(new GetCallerIdentityCommand({})))).Account ?? "",
    nodes: () => gathered(nodes, paced, (page) => page.InstanceInformationList),
    patchStates: (nodeIds) =>
      allPages(async (NextToken) => {
        const command = new DescribeInstancePatchStatesCommand({ InstanceIds: [...nodeIds], NextToken });
        const page = await paced(() => ssm.send(command));
        return { items: page.InstancePatchStates, next: page.NextToken };
      }),
    complianceItems: complianceReader(ssm, paced),
    inventory: inventoryReader(ssm, paced),
    summaries: () => gathered(summaries, paced, (page) => page.ResourceComplianceSummaryItems),
    findings: () => storedFindings(hub, paced),
  };
}

function complianceReader(ssm: SSMClient, paced: Paced): FleetSources["complianceItems"] {
  const page = (nodeId: string, Filters: ComplianceStringFilter[], NextToken?: string) => {
    const input = { ResourceIds: [nodeId], ResourceTypes: ["ManagedInstance"], Filters, MaxResults: PAGE, NextToken };
    return paced(() => ssm.send(new ListComplianceItemsCommand(input)));
  };
  const all = (nodeId: string, filters: ComplianceStringFilter[]) =>
    allPages(async (token) => {
      const { ComplianceItems, NextToken } = await page(nodeId, filters, token);
      return { items: ComplianceItems, next: NextToken };
    });
  return async (nodeId, hasPatchState) => {
    if (!hasPatchState) return all(nodeId, []);
    const noncompliant = await all(nodeId, [filter("Status", "NON_COMPLIANT")]);
    const associations = await all(nodeId, [filter("ComplianceType", "Association")]);
    // Compliant patches are hundreds a node; the program only asks whether there are any.
    const { ComplianceItems: some = [] } = await page(nodeId, [filter("ComplianceType", "Patch")]);
    return eachOnce([...noncompliant, ...associations, ...some]);
  };
}

function inventoryReader(ssm: SSMClient, paced: Paced): FleetSources["inventory"] {
  return async (nodeId) => {
    const all: ListInventoryEntriesResult[] = [];
    for (const TypeName of INVENTORY_TYPES) {
      const Entries = await allPages(async (NextToken) => {
        const command = new ListInventoryEntriesCommand({ InstanceId: nodeId, TypeName, NextToken, MaxResults: PAGE });
        const page = await paced(() => ssm.send(command));
        return { items: page.Entries, next: page.NextToken };
      });
      if (Entries.length > 0) all.push({ TypeName, InstanceId: nodeId, Entries });
    }
    return all;
  };
}

async function gathered<Page, Item>(
  pages: AsyncGenerator<Page, unknown, void>,
  paced: Paced,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  for (;;) {
    const { value, done } = await paced(() => pages.next());
    if (done === true) return all;
    for (const item of itemsOf(value) ?? []) all.push(item);
  }
}

function eachOnce(items: readonly ComplianceItem[]): ComplianceItem[] {
  return [
    ...new Map(items.map((item) => [JSON.stringify([item.ComplianceType, item.Id, item.Status]), item])).values(),
  ];
}

async function storedFindings(client: SecurityHubClient, paced: Paced): Promise<AwsSecurityFinding[]> {
  const { HubArn = "" } = await paced(() => client.send(new DescribeHubCommand({})));
  const all: AwsSecurityFinding[] = [];
  for await (const { finding } of ownFindings(securityHub(client), findingScope(hubScope(HubArn)))) all.push(finding);
  return all;
}
