import type { UnmanagedInstances } from "../../contract/unmanaged-instances.ts";
import { MAX_NODES } from "../compliance/reading.ts";
import { expectation } from "../compliance/unmanaged.ts";
import type { Instances } from "../ec2/instances.ts";
import type { NodeFindings } from "../finding/compare-node.ts";
import type { Listed } from "../finding/destination.ts";
import { isStale } from "../finding/remembered.ts";
import { readBisecting } from "../runtime/bisect.ts";
import { chunks } from "../runtime/chunks.ts";
import { failureKind } from "../runtime/failure.ts";
import { isNodeId, type NodeReference } from "../work/node-reference.ts";
import { isDueDaily, type SweepClock } from "../work/sweep-clock.ts";
import { NO_NODES, type SweepTurn } from "../work/sweep-turn.ts";
import type { SweepFacts } from "./sweep-facts.ts";
import type { PatchData } from "./systems-manager.ts";

/** The check for unmanaged instances, if the settings switch it on. */
export interface UnmanagedCheck {
  readonly instances: Instances;
  readonly policy: UnmanagedInstances;
}

interface Sources {
  readonly data: Pick<PatchData, "nodes">;
  readonly now: () => Date;
}

/** Checks a page of running instances. An instance whose finding would stay as it is costs nothing more. */
export async function readUnmanaged(
  { token, startedAt }: SweepTurn,
  { instances: source, policy }: UnmanagedCheck,
  { data, now }: Sources,
  facts: SweepFacts,
) {
  const findingsOf = await facts.findings();
  const { instances, ...page } = await source.running(token);
  const readAt = now().toISOString();
  const unseen = instances.filter(({ nodeId }) => isNodeId(nodeId) && !facts.listed.has(nodeId));
  const isManaged = await managedAmong(
    unseen.map(({ nodeId }) => nodeId),
    data,
  );
  const references = unseen.flatMap((instance): NodeReference[] => {
    const { nodeId } = instance;
    const expected = expectation(instance, policy, readAt);
    if (isManaged(nodeId) || expected === "young") return [];
    const unmanaged = expected === "managed";
    const findings = findingsOf.get(nodeId);
    const isSame = unmanaged ? shows(findings) && !isStale(readAt, findings.blindSpot.remembered) : !shows(findings);
    return isSame ? [] : [{ nodeId, attempts: 0, sweep: startedAt, unmanaged }];
  });
  return { ...page, references, nodes: NO_NODES };
}

/**
 * Returns whether Systems Manager manages a node. A node that Systems Manager does not accept in a question counts as
 * managed: without an answer, nothing opens.
 */
async function managedAmong(nodeIds: readonly string[], data: Sources["data"]): Promise<(nodeId: string) => boolean> {
  const refused = new Map<string, unknown>();
  const managed = new Set<string | undefined>();
  for (const ids of chunks(nodeIds, MAX_NODES)) {
    const nodes = await readBisecting(ids, (some) => data.nodes(some), refused);
    for (const { InstanceId } of nodes) managed.add(InstanceId);
  }
  return (nodeId) => managed.has(nodeId) || refused.has(nodeId);
}

type Shown = NodeFindings & Required<Pick<NodeFindings, "blindSpot">>;

/** Returns whether an open finding says that the instance is unmanaged, and that it is there. */
function shows(findings: NodeFindings | undefined): findings is Shown {
  const { blindSpot } = findings ?? {};
  return isUnmanaged(findings) && blindSpot?.remembered.absentSince === undefined;
}

/** Returns whether a node has an open finding that says that it is unmanaged. */
export function isUnmanaged(findings: NodeFindings | undefined): boolean {
  const { remembered } = findings?.blindSpot ?? {};
  return remembered?.closed === false && remembered.blindSpot === "unmanaged";
}

/**
 * Returns the unlisted nodes that need no check: instances that still run, and whose finding says that they are unmanaged.
 * One that also has a finding about compliance is due once a day, because its deadline or the settings can change that.
 *
 * If EC2 does not answer, all of them need one. The state machine asks EC2 itself, so removals do not wait for the sweep.
 */
export async function stillUnmanaged(
  nodeIds: readonly string[],
  { instances }: UnmanagedCheck,
  findingsOf: ReadonlyMap<string, NodeFindings>,
  clock: SweepClock,
): Promise<ReadonlySet<string>> {
  const asked = nodeIds.filter((nodeId) => {
    const findings = findingsOf.get(nodeId);
    return shows(findings) && findings.unresolved !== true && !isDue(findings.compliance, clock);
  });
  try {
    return await instances.runningAmong(asked);
  } catch (error) {
    if (failureKind(error) === "defect") throw error;
    return new Set();
  }
}

function isDue(compliance: Listed | undefined, clock: SweepClock): boolean {
  if (compliance === undefined) return false;
  const { unsettled, remembered } = compliance;
  return unsettled === true || remembered.absentSince !== undefined || isDueDaily(remembered.updatedAt, clock);
}
