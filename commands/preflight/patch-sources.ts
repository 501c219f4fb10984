import { paginateListAssociations, paginateListResourceComplianceSummaries } from "@aws-sdk/client-ssm";
import { PATCH_DOCUMENTS } from "../../functions/work/node-reference.ts";
import type { Account } from "./account.ts";
import type { Check, Judgement } from "./check.ts";
import { names, type NodeData } from "./nodes.ts";

/** How the nodes are patched, as far as AWS shows it. Maintenance windows and Run Command leave only compliance data. */
interface Patching {
  /** Number of associations by document. Leaves out documents without associations. */
  readonly associations: Readonly<Record<string, number>>;
  /** Number of nodes by the ExecutionType of their compliance type Patch. */
  readonly executionTypes: Readonly<Record<string, number>>;
  /** True if there are more compliance summaries than were read. */
  readonly more: boolean;
}

const MAX_SUMMARIES = 10_000;
const PAGE = 50;

/** Reads how the nodes are patched, from at most `most` compliance summaries. */
export async function readPatching({ clients }: Account, most = MAX_SUMMARIES): Promise<Patching> {
  const associations: Record<string, number> = {};
  for (const document of PATCH_DOCUMENTS) {
    const count = await countAssociations(clients.ssm, document);
    if (count > 0) associations[document] = count;
  }
  const executionTypes: Record<string, number> = {};
  let read = 0;
  const patches = [{ Key: "ComplianceType", Values: ["Patch"], Type: "EQUAL" as const }];
  const config = { client: clients.ssm, pageSize: PAGE };
  for await (const page of paginateListResourceComplianceSummaries(config, { Filters: patches })) {
    for (const { ExecutionSummary } of page.ResourceComplianceSummaryItems ?? []) {
      if (read === most) return { associations, executionTypes, more: true };
      const type = ExecutionSummary?.ExecutionType ?? "unnamed";
      executionTypes[type] = (executionTypes[type] ?? 0) + 1;
      read += 1;
    }
  }
  return { associations, executionTypes, more: false };
}

async function countAssociations(client: Account["clients"]["ssm"], document: string): Promise<number> {
  let count = 0;
  const AssociationFilterList = [{ key: "Name" as const, value: document }];
  for await (const page of paginateListAssociations({ client, pageSize: PAGE }, { AssociationFilterList })) {
    count += page.Associations?.length ?? 0;
  }
  return count;
}

function countsText(what: string, counts: Readonly<Record<string, number>>): string[] {
  const all = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return all.length === 0 ? [] : [`${what}: ${all.join(", ")}`];
}

/** Judges whether anything patches the nodes. */
export function judgePatching({ associations, executionTypes, more }: Patching): Judgement {
  const listed = [
    ...countsText("associations", associations),
    ...countsText("nodes by ExecutionType", executionTypes),
    ...(more ? [`only the first ${MAX_SUMMARIES} compliance summaries were read`] : []),
  ].join("; ");
  if (listed === "") {
    const found = "no association with a patch document, and no node with patch compliance data";
    return { result: "note", found, advice: "Set up scans first: without scans there are no findings." };
  }
  const policies = executionTypes["PatchPolicy"] ?? 0;
  if (policies === 0) return { result: "ok", found: listed };
  const advice = "Nothing to do: the program receives the events of patch policies without a hook document.";
  return { result: "ok", found: listed, advice };
}

/**
 * Judges which nodes have patch data only outside of the compliance type Patch. AWS-RunPatchBaselineAssociation writes
 * rows of the type Association, without patch names.
 */
export function judgeOtherPlaces(data: readonly NodeData[]): Judgement | undefined {
  const only = (kind: string) => data.filter(({ kinds }) => kinds?.length === 1 && kinds[0] === kind);
  const [associations, inventory] = [only("Association"), only("Inventory")];
  const found = [
    ...(associations.length > 0 ? [`Association rows: ${names(associations)}`] : []),
    ...(inventory.length > 0 ? [`inventory: ${names(inventory)}`] : []),
  ].join("; ");
  if (found === "") return undefined;
  const advice =
    "Nothing to do: these nodes get findings too. Findings from Association rows have counts and no patch names.";
  return { result: "note", found: `these nodes have data only in ${found}`, advice };
}

/** Returns the checks of how the nodes are patched. */
export function patchingChecks(account: Account, data: () => Promise<readonly NodeData[]>): Check[] {
  return [
    {
      name: "patched by",
      needs: ["ssm:ListAssociations", "ssm:ListResourceComplianceSummaries"],
      run: async () => judgePatching(await readPatching(account)),
    },
    {
      name: "data elsewhere",
      needs: ["ssm:DescribeInstancePatchStates", "ssm:ListComplianceItems", "ssm:ListInventoryEntries"],
      run: async () => judgeOtherPlaces(await data()),
    },
  ];
}
