import { paginateDescribeInstanceInformation } from "@aws-sdk/client-ssm";
import { failureKind } from "../../functions/runtime/failure.ts";
import { readNodes } from "../../functions/systems-manager/node-reader.ts";
import { systemsManager, type PatchData } from "../../functions/systems-manager/systems-manager.ts";
import { chunks } from "../../functions/runtime/chunks.ts";
import { isHybrid } from "../../functions/work/node-reference.ts";
import { MAX_NODES, type NodeReading, type SourceKind } from "../../functions/compliance/reading.ts";
import { endTime } from "../../functions/compliance/sources.ts";
import { MAX_LOOKS } from "../../functions/compliance/verdict.ts";
import { some } from "../../local/run/result-text.ts";
import type { Account } from "./account.ts";
import type { Check, Judgement } from "./check.ts";

export interface NodeList {
  readonly nodes: readonly { readonly id: string; readonly online: boolean }[];
  /** True where there are more than were read. */
  readonly more: boolean;
}

/** When a node's last patch operation ended, as well as it is known. */
export interface NodeData {
  readonly id: string;
  /** Epoch milliseconds; 0 where the data has no time. Undefined where there is no data at all. */
  readonly endedAt?: number;
  /** Where the data lies, for nodes that were looked into. */
  readonly kinds?: readonly SourceKind[];
  /** Why nobody knows. */
  readonly unread?: string;
}

const MAX_LISTED = 10_000;
/** Nodes without a recent patch state that are read one by one, as the program reads them. */
const MAX_LOOKED_INTO = 100;
const PAGE = 50;
const DAY_MS = 24 * 60 * 60_000;

export async function listNodes({ clients }: Account, most = MAX_LISTED): Promise<NodeList> {
  const nodes: { id: string; online: boolean }[] = [];
  for await (const page of paginateDescribeInstanceInformation({ client: clients.ssm, pageSize: PAGE }, {})) {
    for (const { InstanceId, PingStatus } of page.InstanceInformationList ?? []) {
      if (InstanceId === undefined) continue;
      if (nodes.length === most) return { nodes, more: true };
      nodes.push({ id: InstanceId, online: PingStatus === "Online" });
    }
  }
  return { nodes, more: false };
}

/** One entry per node; those beyond the limit that would need a look of their own are left out. */
export async function readPatchData(account: Account, { nodes }: NodeList): Promise<NodeData[]> {
  const reads = systemsManager(account.clients.ssm);
  const ends = new Map<string, number>();
  const allIds = nodes.map(({ id }) => id);
  for (const ids of chunks(allIds, PAGE)) {
    for (const { InstanceId = "", OperationEndTime } of await reads.patchStates(ids)) {
      ends.set(InstanceId, OperationEndTime?.getTime() ?? 0);
    }
  }
  const since = silentSince(account);
  const isRecent = ({ id }: { id: string }) => (ends.get(id) ?? 0) >= since;
  const doubtful = nodes.filter((node) => !isRecent(node)).map(({ id }) => id);
  const looked = await lookInto(doubtful.slice(0, MAX_LOOKED_INTO), account);
  return [...nodes.filter(isRecent).map(({ id }) => ({ id, endedAt: ends.get(id) ?? 0 })), ...looked];
}

async function lookInto(nodeIds: readonly string[], { clients, now }: Account): Promise<NodeData[]> {
  const reads = systemsManager(clients.ssm);
  let denial: unknown;
  // A node that cannot be read is one node's trouble; a permission that is missing is missing for all.
  const inventory: PatchData["inventory"] = (nodeId, type) =>
    reads.inventory(nodeId, type).catch((error: unknown) => {
      if (failureKind(error) === "denied") denial = error;
      throw error;
    });
  const all: NodeData[] = [];
  for (const some of chunks(nodeIds, MAX_NODES)) {
    const readings = await readNodes(
      some.map((nodeId) => ({ nodeId, looks: MAX_LOOKS })),
      { ...reads, inventory },
      now,
    );
    if (denial !== undefined) throw denial as Error;
    all.push(...readings.map(nodeData));
  }
  return all;
}

function nodeData({ nodeId: id, sources, unread, malformed }: NodeReading): NodeData {
  const reason = unread ?? (sources.length === 0 ? malformed : undefined);
  if (reason !== undefined) return { id, unread: reason };
  const kinds = [...new Set(sources.map(({ kind }) => kind))];
  return sources.length === 0 ? { id, kinds } : { id, kinds, endedAt: Math.max(...sources.map(endTime)) };
}

function silentSince({ now, settings }: Pick<Account, "now" | "settings">): number {
  return now().getTime() - settings.blindSpotDays * DAY_MS;
}

export function judgeNodes({ nodes, more }: NodeList, region: string): Judgement {
  const all = `${more ? "more than " : ""}${nodes.length}`;
  if (nodes.length === 0) {
    const advice = "Look at another Region, or let Systems Manager manage the nodes first (agent, instance profile).";
    return { result: "problem", found: `no managed nodes in ${region}`, advice };
  }
  const online = nodes.filter((node) => node.online).length;
  const hybrid = nodes.filter(({ id }) => isHybrid(id)).length;
  const first = more ? `; of the first ${nodes.length}` : ":";
  const found = `${all} managed nodes${first} ${online} online, ${hybrid} hybrid`;
  if (online === nodes.length) return { result: "ok", found };
  return { result: "note", found, advice: "Nodes that are not online keep their last data until they answer again." };
}

export function judgeMissingData(data: readonly NodeData[], list: NodeList, blindSpotDays: number): Judgement {
  const without = data.filter(({ endedAt, unread }) => endedAt === undefined && unread === undefined);
  const unread = data.filter((node) => node.unread !== undefined);
  const left = list.nodes.length - data.length;
  const found = [
    without.length === 0 ? "every node that was read has patch data" : `without any patch data: ${names(without)}`,
    ...(unread.length > 0 ? [`not readable: ${names(unread)} (${unread[0]?.unread ?? ""})`] : []),
    ...(left > 0 ? [`${left} more without recent data were not looked into`] : []),
  ].join("; ");
  if (without.length + unread.length + left === 0) return { result: "ok", found };
  const advice = `Scan these nodes. What stays without data for ${blindSpotDays} days gets a blind-spot finding.`;
  return { result: "note", found, advice };
}

export function judgeSilence(data: readonly NodeData[], account: Pick<Account, "now" | "settings">): Judgement {
  const since = silentSince(account);
  const { blindSpotDays } = account.settings;
  const silent = data.filter(({ endedAt = 0 }) => endedAt > 0 && endedAt < since);
  if (silent.length === 0)
    return { result: "ok", found: `no last patch operation is older than ${blindSpotDays} days` };
  const advice = "Scan them more often, or raise blindSpotDays: each of them gets a blind-spot finding.";
  return { result: "note", found: `last patch operation over ${blindSpotDays} days ago: ${names(silent)}`, advice };
}

export function names(nodes: readonly { readonly id: string }[]): string {
  return `${nodes.length} (${some(nodes.map(({ id }) => id))})`;
}

export function nodeChecks(
  account: Account,
  list: () => Promise<NodeList>,
  data: () => Promise<readonly NodeData[]>,
): Check[] {
  const listing = ["ssm:DescribeInstanceInformation"];
  const reading = [
    ...listing,
    "ssm:DescribeInstancePatchStates",
    "ssm:ListComplianceItems",
    "ssm:ListInventoryEntries",
  ];
  const { blindSpotDays } = account.settings;
  const ofNodes = async (judge: (data: readonly NodeData[], list: NodeList) => Judgement) => {
    const listed = await list();
    return listed.nodes.length === 0 ? undefined : judge(await data(), listed);
  };
  return [
    { name: "managed nodes", needs: listing, look: async () => judgeNodes(await list(), account.region) },
    {
      name: "patch data",
      needs: reading,
      look: () => ofNodes((all, listed) => judgeMissingData(all, listed, blindSpotDays)),
    },
    { name: "silent nodes", needs: reading, look: () => ofNodes((all) => judgeSilence(all, account)) },
  ];
}
