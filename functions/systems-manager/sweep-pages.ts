import { patchSource } from "../compliance/patch-source.ts";
import { MAX_NODES } from "../compliance/reading.ts";
import {
  compareNode,
  isOfAssociation,
  type Comparison,
  type NodeFindings,
  type SweptNode,
} from "../finding/compare-node.ts";
import type { Destination, Listed } from "../finding/destination.ts";
import { readBisecting } from "../runtime/bisect.ts";
import { readTagMatches } from "../resource-tags/read-tag-matches.ts";
import { isNodeId, type NodeReference } from "../work/node-reference.ts";
import { NO_NODES, type NodeTally, type SweepTurn } from "../work/sweep-turn.ts";
import type { FleetSummaries } from "./fleet-summaries.ts";
import type { managedNodes, ManagedNode } from "./managed-nodes.ts";
import { isUnmanaged, readUnmanaged, stillUnmanaged, type UnmanagedCheck } from "./unmanaged-pages.ts";
import { sweepFacts, type SweepFacts } from "./sweep-facts.ts";
import type { PatchData } from "./systems-manager.ts";

export interface SweepSources {
  readonly managedNodes: ReturnType<typeof managedNodes>;
  readonly data: Pick<PatchData, "nodes" | "patchStates" | "tags">;
  readonly summaries: FleetSummaries;
  readonly destination: Pick<Destination, "list">;
  /** Absent if the settings do not switch the check on. */
  readonly unmanaged?: UnmanagedCheck;
  readonly now: () => Date;
  readonly settings: Omit<Comparison, "startedAt" | "readAt">;
}

/** One page of a sweep's stage: the nodes to check, and the token of the next page. */
interface SweepPage {
  readonly references: readonly NodeReference[];
  /** The page's managed nodes. */
  readonly nodes: NodeTally;
  readonly next?: string;
  /** The open findings as this turn read them. Only on the last page of a stage. */
  readonly open?: readonly Listed[];
}

/** Reads one page of a sweep's stage. */
export type SweepReader = (turn: SweepTurn) => Promise<SweepPage>;

/**
 * Returns the reader of one turn's pages. It reads the findings and the compliance summaries once.
 *
 * The reader throws any error of a call: an incomplete answer must not make a node look unchanged or removed.
 *
 * @example
 * const { references, next } = await sweepReader(sources)(turn);
 */
export function sweepReader(sources: SweepSources): SweepReader {
  const facts = sweepFacts(sources);
  const read: SweepReader = async (turn) => {
    if (turn.stage === "nodes") return readNodesPage(turn, sources, facts);
    if (turn.stage === "unlisted") return readUnlisted(turn, sources, facts);
    // Without the setting, an older message of the sweep may still name the stage.
    if (sources.unmanaged === undefined) return { references: [], nodes: NO_NODES };
    return readUnmanaged(turn, sources.unmanaged, sources, facts);
  };
  return async (turn) => {
    const page = await read(turn);
    if (page.next !== undefined) return page;
    return { ...page, open: [...(await facts.findings()).values()].flatMap(openFindings) };
  };
}

/** Compares a page of managed nodes with their findings. */
async function readNodesPage(
  { token, startedAt }: SweepTurn,
  sources: SweepSources,
  facts: SweepFacts,
): Promise<SweepPage> {
  const findingsOf = await facts.findings();
  const noncompliant = await facts.noncompliant();
  const { nodes, ...page } = await sources.managedNodes(token);
  const known = nodes.filter(({ nodeId }) => isNodeId(nodeId));
  for (const { nodeId } of known) facts.listed.add(nodeId);
  const { patchOf, refused } = await readPatchStates(known, sources);
  // Without an open finding, tags decide nothing.
  const withFinding = known.flatMap(({ nodeId }) => (findingsOf.get(nodeId)?.compliance ? [nodeId] : []));
  const { policies } = sources.settings;
  const tagMatchesOf = await readTagMatches(withFinding, { read: sources.data.tags, policies, refused });
  const comparison = { ...sources.settings, startedAt, readAt: sources.now().toISOString() };
  const references: NodeReference[] = [];
  let compliant = 0;
  for (const { nodeId, ...node } of known) {
    const findings = findingsOf.get(nodeId) ?? {};
    const patch = patchOf.get(nodeId);
    const types = noncompliant.get(nodeId) ?? NONE;
    const swept: SweptNode = { nodeId, ...node, ...(patch && { patch }), ...tagMatchesOf(nodeId), noncompliant: types };
    const difference = compareNode(swept, findings, comparison);
    const isSame =
      difference === undefined ||
      (difference.unlessAssociations === true && (await facts.compliantAssociations()).has(nodeId));
    const open = openFindings(findings);
    if (isSame && !refused.has(nodeId)) {
      if (open.length === 0) compliant += 1;
      continue;
    }
    const readAssociations = types.has("Association") || open.some(isOfAssociation);
    references.push({
      ...{ nodeId, attempts: 0, sweep: startedAt },
      ...(readAssociations && { readAssociations }),
      // The finding may close, and the execution would send the node back for that.
      ...(open.length > 0 && { readInFull: true as const }),
    });
  }
  return { ...page, references, nodes: { compared: known.length, compliant } };
}

function openFindings({ compliance, blindSpot }: NodeFindings): Listed[] {
  return [compliance, blindSpot].filter((finding) => finding !== undefined);
}

const NONE: ReadonlySet<string> = new Set();

/** Reads the patch states of a page. A node whose state Systems Manager refuses to return must be checked. */
async function readPatchStates(nodes: readonly ManagedNode[], { data }: SweepSources) {
  const refused = new Map<string, unknown>();
  const nodeIds = nodes.map(({ nodeId }) => nodeId);
  const states = await readBisecting(nodeIds, (ids) => data.patchStates(ids), refused);
  const patchOf = new Map(states.map((state) => [state.InstanceId, patchSource({ ...state }, [], false)]));
  return { patchOf, refused };
}

/**
 * Checks a page of nodes with findings that this turn has not seen among the managed nodes. An earlier turn may have.
 * The state machine asks EC2 about each that is absent.
 */
async function readUnlisted(
  { token = "", startedAt }: SweepTurn,
  { data, unmanaged: check, settings: { sweepHours } }: SweepSources,
  facts: SweepFacts,
): Promise<SweepPage> {
  const findingsOf = await facts.findings();
  const waiting = [...findingsOf.keys()].filter((nodeId) => nodeId > token && !facts.listed.has(nodeId)).toSorted();
  const nodeIds = waiting.slice(0, MAX_NODES);
  const refused = new Map<string, unknown>();
  const nodes = await readBisecting(nodeIds, (ids) => data.nodes(ids), refused);
  const [failure] = refused.values();
  if (failure !== undefined) throw failure as Error;
  const listed = new Set(nodes.map(({ InstanceId }) => InstanceId));
  const absent = nodeIds.filter((nodeId) => !listed.has(nodeId));
  const running =
    check === undefined ? NONE : await stillUnmanaged(absent, check, findingsOf, { startedAt, sweepHours });
  const references = absent
    .filter((nodeId) => !running.has(nodeId))
    .map((nodeId): NodeReference => {
      // The check is off: its findings close.
      const isLeftOut = check === undefined && isUnmanaged(findingsOf.get(nodeId));
      const claim = { nodeId, attempts: 0, sweep: startedAt, removed: "absent" as const };
      return { ...claim, ...(isLeftOut && { unmanaged: false }) };
    });
  const last = nodeIds.at(-1);
  if (waiting.length > nodeIds.length && last !== undefined) return { references, nodes: NO_NODES, next: last };
  return { references, nodes: NO_NODES };
}
