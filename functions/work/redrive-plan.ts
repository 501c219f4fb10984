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
  const moved = references.map((reference) => ({ ...reference, looks: 0, detour: nextDetour(reference, arrival) }));
  return {
    move: moved.filter(({ detour }) => detour.deaths < MAX_FAILURES),
    quarantine: moved
      .filter(({ detour }) => detour.deaths >= MAX_FAILURES)
      .map((reference) => {
        const { detour, ...fresh } = reference;
        const reason = `failed ${detour.deaths} times since ${detour.since}, last at ${arrival.sentAt}`;
        return quarantineNode(fresh, reason, arrival.reason);
      }),
  };
}

/** The same references for a message that replaces an old one: not moved, the first date and the failures are kept. */
export function renewed(references: readonly NodeReference[], arrival: Pick<Arrival, "sentAt" | "failed">) {
  return references.map((reference): NodeReference => {
    const detour = { ...nextDetour(reference, arrival), moves: reference.detour?.moves ?? 0 };
    return { ...reference, detour };
  });
}

function nextDetour({ detour }: NodeReference, { sentAt, failed }: Pick<Arrival, "sentAt" | "failed">) {
  const since = detour === undefined || sentAt < detour.since ? sentAt : detour.since;
  return { since, moves: (detour?.moves ?? 0) + 1, deaths: (detour?.deaths ?? 0) + (failed ? 1 : 0) };
}
