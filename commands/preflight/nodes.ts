import { paginateDescribeInstanceInformation } from "@aws-sdk/client-ssm";
import { failureKind } from "../../functions/runtime/failure.ts";
import { readNodes } from "../../functions/systems-manager/node-reader.ts";
import { systemsManager, type PatchData } from "../../functions/systems-manager/systems-manager.ts";
import { chunks } from "../../functions/runtime/chunks.ts";
import { isHybrid } from "../../functions/work/node-reference.ts";
import { MAX_NODES, type NodeReading, type SourceKind } from "../../functions/compliance/reading.ts";
import { endTime } from "../../functions/compliance/sources.ts";
import { MAX_READS_OF_NODE } from "../../functions/compliance/verdict.ts";
import { some } from "../../local/run/result-text.ts";
import { counted } from "../../contract/counted.ts";
import type { Account } from "./account.ts";
import type { Check, Judgement } from "./check.ts";

/** The managed nodes of the Region. */
interface NodeList {
  readonly nodes: readonly { readonly id: string; readonly online: boolean }[];
  /** True if there are more nodes than were read. */
  readonly more: boolean;
}

/** The end of a node's last patch operation, and where its data comes from. */
export interface NodeData {
  readonly id: string;
  /** Epoch milliseconds. 0 if the data has no time, undefined if the node has no data. */
  readonly endedAt?: number;
  /** The sources of the data. Present for nodes that were read one by one. */
  readonly kinds?: readonly SourceKind[];
  /** Why the data could not be read. */
  readonly unread?: string;
}

const MAX_LISTED = 10_000;
/** Nodes without a recent patch state are read one by one, as the program reads them, up to this number. */
const MAX_READ_SINGLY = 100;
const PAGE = 50;
const DAY_MS = 24 * 60 * 60_000;

/** Lists the managed nodes, at most `most`. */
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

/**
 * Reads when each node's last patch operation ended. Leaves out nodes without a recent patch state beyond the first
 * {@link MAX_READ_SINGLY}.
 */
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
  const single = await readSingly(doubtful.slice(0, MAX_READ_SINGLY), account);
  return [...nodes.filter(isRecent).map(({ id }) => ({ id, endedAt: ends.get(id) ?? 0 })), ...single];
}

async function readSingly(nodeIds: readonly string[], { clients, now }: Account): Promise<NodeData[]> {
  const reads = systemsManager(clients.ssm);
  let denial: unknown;
  // An unreadable node affects only itself. A missing permission affects all nodes, so the whole check fails.
  const inventory: PatchData["inventory"] = (nodeId, type) =>
    reads.inventory(nodeId, type).catch((error: unknown) => {
      if (failureKind(error) === "denied") denial = error;
      throw error;
    });
  const all: NodeData[] = [];
  for (const some of chunks(nodeIds, MAX_NODES)) {
    const readings = await readNodes(
      some.map((nodeId) => ({ nodeId, attempts: MAX_READS_OF_NODE })),
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

/** Judges whether Systems Manager manages nodes in the Region, and whether they are online. */
export function judgeNodes({ nodes, more }: NodeList, region: string): Judgement {
  const all = `${more ? "more than " : ""}${counted(nodes.length, "managed node")}`;
  if (nodes.length === 0) {
    const advice = "Check another Region, or let Systems Manager manage the nodes first (agent, instance profile).";
    return { result: "problem", found: `no managed nodes in ${region}`, advice };
  }
  const online = nodes.filter((node) => node.online).length;
  const hybrid = nodes.filter(({ id }) => isHybrid(id)).length;
  const first = more ? `; of the first ${nodes.length}` : ":";
  const found = `${all}${first} ${online} online, ${hybrid} hybrid`;
  if (online === nodes.length) return { result: "ok", found };
  return {
    result: "note",
    found,
    advice: "Nodes that are not online keep their last data until they are online again.",
  };
}

/** Judges which nodes have no patch data. */
export function judgeMissingData(data: readonly NodeData[], list: NodeList, blindSpotDays: number): Judgement {
  const without = data.filter(({ endedAt, unread }) => endedAt === undefined && unread === undefined);
  const unread = data.filter((node) => node.unread !== undefined);
  const left = list.nodes.length - data.length;
  const found = [
    without.length === 0 ? "every node that was read has patch data" : `without any patch data: ${names(without)}`,
    ...(unread.length > 0 ? [`not readable: ${names(unread)} (${unread[0]?.unread ?? ""})`] : []),
    ...(left > 0 ? [`${counted(left, "more node")} without recent data not read`] : []),
  ].join("; ");
  if (without.length + unread.length + left === 0) return { result: "ok", found };
  const advice = `Scan these nodes. A node without data for ${counted(blindSpotDays, "day")} gets a blind-spot finding.`;
  return { result: "note", found, advice };
}

/** Judges which nodes had no patch operation for `blindSpotDays`. */
export function judgeSilence(data: readonly NodeData[], account: Pick<Account, "now" | "settings">): Judgement {
  const since = silentSince(account);
  const { blindSpotDays } = account.settings;
  const silent = data.filter(({ endedAt = 0 }) => endedAt > 0 && endedAt < since);
  if (silent.length === 0)
    return { result: "ok", found: `every patch operation is at most ${counted(blindSpotDays, "day")} old` };
  const advice = "Scan them more often, or raise blindSpotDays: each of them gets a blind-spot finding.";
  return {
    result: "note",
    found: `last patch operation over ${counted(blindSpotDays, "day")} ago: ${names(silent)}`,
    advice,
  };
}

/** Returns the number of nodes and the first of their ids. */
export function names(nodes: readonly { readonly id: string }[]): string {
  return `${nodes.length} (${some(nodes.map(({ id }) => id))})`;
}

/** Returns the checks of the managed nodes and their patch data. */
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
    { name: "managed nodes", needs: listing, run: async () => judgeNodes(await list(), account.region) },
    {
      name: "patch data",
      needs: reading,
      run: () => ofNodes((all, listed) => judgeMissingData(all, listed, blindSpotDays)),
    },
    { name: "silent nodes", needs: reading, run: () => ofNodes((all) => judgeSilence(all, account)) },
  ];
}
