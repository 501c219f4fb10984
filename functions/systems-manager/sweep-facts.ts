import type { NodeFindings } from "../finding/compare-node.ts";
import type { Destination, Listed, Which } from "../finding/destination.ts";
import type { FleetSummaries } from "./fleet-summaries.ts";

/** What a turn of a sweep reads once, for all its pages. */
export interface SweepFacts extends FleetSummaries {
  /** Returns node id -> its findings that are open or not settled. */
  findings(): Promise<ReadonlyMap<string, NodeFindings>>;
  /** The managed nodes of the pages that this turn has read. */
  readonly listed: Set<string>;
}

interface Sources {
  readonly summaries: FleetSummaries;
  readonly destination: Pick<Destination, "list">;
}

/** Returns the facts of one turn. Each is read when it is first asked for. */
export function sweepFacts({ summaries, destination }: Sources): SweepFacts {
  return {
    findings: once(() => readFindings(destination)),
    noncompliant: once(() => summaries.noncompliant()),
    compliantAssociations: once(() => summaries.compliantAssociations()),
    listed: new Set(),
  };
}

function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  return () => (value ??= read());
}

async function readFindings(destination: Sources["destination"]): Promise<Map<string, NodeFindings>> {
  const byNode = new Map<string, NodeFindings>();
  const add = (nodeId: string, parts: NodeFindings): unknown => byNode.set(nodeId, { ...byNode.get(nodeId), ...parts });
  for await (const finding of listAll(destination, "open")) add(finding.nodeId, { [finding.kind]: finding });
  for await (const { nodeId } of listAll(destination, "unresolved")) add(nodeId, { unresolved: true });
  return byNode;
}

async function* listAll(destination: Sources["destination"], which: Which): AsyncGenerator<Listed> {
  const tokens = new Set<string>();
  for (let token: string | undefined; ;) {
    const { findings, next } = await destination.list(which, token);
    yield* findings;
    if (next === undefined) return;
    if (tokens.has(next)) throw new Error("the service returned the same page token twice");
    tokens.add(next);
    token = next;
  }
}
