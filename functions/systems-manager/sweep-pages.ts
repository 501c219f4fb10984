import type { Destination, Listed } from "../finding/destination.ts";
import { chunks } from "../runtime/chunks.ts";
import { isHybrid, isNodeId, patchDocument, writesAssociation, type NodeReference } from "../work/node-reference.ts";
import { MAX_NODES } from "../compliance/reading.ts";
import type { SweepTurn } from "../work/sweep-turn.ts";
import type { Instances } from "../ec2/instances.ts";
import { readBisecting } from "../runtime/bisect.ts";
import type { managedNodes } from "./managed-nodes.ts";
import type { PatchData } from "./systems-manager.ts";

export interface SweepSources {
  readonly managedNodes: ReturnType<typeof managedNodes>;
  readonly data: Pick<PatchData, "nodes">;
  readonly instances: Instances;
  readonly destination: Pick<Destination, "list">;
}

/** One page of a sweep's stage: the nodes to check, and the token of the next page. */
interface SweepPage {
  readonly references: readonly NodeReference[];
  readonly next?: string;
}

/**
 * Reads one page of a sweep's stage.
 *
 * @throws any error of a call: an incomplete answer must not make a node look removed
 * @example
 * const { references, next } = await readSweepPage(turn, sources);
 */
export async function readSweepPage({ stage, token, startedAt }: SweepTurn, sources: SweepSources): Promise<SweepPage> {
  if (stage === "nodes") {
    const { nodeIds, ...page } = await sources.managedNodes(token);
    const references = nodeIds.filter(isNodeId).map((nodeId) => ({ nodeId, attempts: 0, sweep: startedAt }));
    return { ...page, references };
  }
  const { findings, ...page } = await sources.destination.list(stage, token);
  const nodeIds = [...new Set(findings.map(({ nodeId }) => nodeId))];
  const unlisted = new Set(await withoutListed(nodeIds, sources.data));
  const states = await sources.instances.states([...unlisted].filter((nodeId) => !isHybrid(nodeId)));
  const ofAssociations = new Set(
    findings.flatMap((finding) => (stage === "open" && isOfAssociation(finding) ? [finding.nodeId] : [])),
  );
  const references = nodeIds.flatMap((nodeId): NodeReference[] => {
    if (unlisted.has(nodeId)) return [reference(nodeId, states.get(nodeId), startedAt)];
    return ofAssociations.has(nodeId) ? [{ nodeId, attempts: 0, sweep: startedAt, readAssociations: true }] : [];
  });
  return { ...page, references };
}

/**
 * Returns whether the finding is about an association. Stage `nodes` reads noncompliant items only. If an association has
 * become compliant and its event was lost, its compliant items must be read to close the finding.
 */
function isOfAssociation({ source, document }: Listed): boolean {
  const ran = patchDocument(document);
  return source === "Association" || (ran !== undefined && writesAssociation(ran));
}

/** Returns the reference to a node that Systems Manager does not list. EC2 lists stopped instances, which come back. */
function reference(nodeId: string, state: string | undefined, sweep: string): NodeReference {
  const removed = state === "terminated" ? "terminated" : state === undefined ? "absent" : undefined;
  return { nodeId, attempts: 0, sweep, ...(removed && { removed }) };
}

/** Returns the nodes that Systems Manager does not list. Stage `nodes` has checked the listed ones. */
async function withoutListed(nodeIds: readonly string[], data: SweepSources["data"]): Promise<string[]> {
  const refused = new Map<string, unknown>();
  const listed = new Set<string | undefined>();
  for (const ids of chunks(nodeIds, MAX_NODES)) {
    for (const { InstanceId } of await readBisecting(ids, (part) => data.nodes(part), refused)) listed.add(InstanceId);
  }
  const [failure] = refused.values();
  if (failure !== undefined) throw failure as Error;
  return nodeIds.filter((nodeId) => !listed.has(nodeId));
}
