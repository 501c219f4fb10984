import type { NodeReference } from "./node-reference.ts";
import { quarantineNode, type QuarantineEntry } from "./quarantine.ts";
import { MAX_NODES } from "../compliance/reading.ts";

/** After so many failed attempts a node has failed alone, so the fault is its own: it goes to quarantine. */
export const MAX_FAILURES = Math.ceil(Math.log2(MAX_NODES)) + 1;

/**
 * How many nodes that failed so often share an execution: half as many after each failure (50, 25, 13, ... 1). Nodes
 * that only shared a batch with a node that keeps failing are separated from it, in few executions.
 */
export function batchSizeAfter(failures: number): number {
  return Math.max(1, Math.ceil(MAX_NODES / 2 ** failures));
}

/** How a message came into the outage queue. */
export interface Arrival {
  /** ISO 8601. */
  readonly sentAt: string;
  /** True if the last attempt itself failed, and will probably fail again. */
  readonly failed: boolean;
  /** What happened to the last attempt. */
  readonly reason: string;
}

export interface RedrivePlan {
  readonly move: readonly NodeReference[];
  readonly quarantine: readonly QuarantineEntry[];
}

/**
 * Decides what becomes of the references of one message: back to work, or to quarantine after too many failures. Their
 * attempts start again from zero: after an outage the data is there, or the waiting for it begins again.
 */
export function planRedrive(references: readonly NodeReference[], arrival: Arrival): RedrivePlan {
  const moved = references.map((reference) => ({
    ...reference,
    attempts: 0,
    redriveHistory: nextHistory(reference, arrival),
  }));
  return {
    move: moved.filter(({ redriveHistory }) => redriveHistory.failures < MAX_FAILURES),
    quarantine: moved
      .filter(({ redriveHistory }) => redriveHistory.failures >= MAX_FAILURES)
      .map((reference) => {
        const { redriveHistory, ...fresh } = reference;
        const reason = `failed ${redriveHistory.failures} times since ${redriveHistory.since}, last at ${arrival.sentAt}`;
        return quarantineNode(fresh, reason, arrival.reason);
      }),
  };
}

/** The same references for a message that replaces an old one: not moved, the first date and the failures are kept. */
export function renewed(references: readonly NodeReference[], arrival: Pick<Arrival, "sentAt" | "failed">) {
  return references.map((reference): NodeReference => {
    const redriveHistory = { ...nextHistory(reference, arrival), moves: reference.redriveHistory?.moves ?? 0 };
    return { ...reference, redriveHistory };
  });
}

function nextHistory({ redriveHistory }: NodeReference, { sentAt, failed }: Pick<Arrival, "sentAt" | "failed">) {
  const since = redriveHistory === undefined || sentAt < redriveHistory.since ? sentAt : redriveHistory.since;
  return {
    since,
    moves: (redriveHistory?.moves ?? 0) + 1,
    failures: (redriveHistory?.failures ?? 0) + (failed ? 1 : 0),
  };
}
