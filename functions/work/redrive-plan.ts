import { counted } from "../../contract/counted.ts";
import type { NodeReference } from "./node-reference.ts";
import { quarantineNode, type QuarantineEntry } from "./quarantine.ts";
import { failedTooOften } from "./quarantine-rule.ts";

/** Why and when a message was parked. */
interface Arrival {
  /** ISO 8601: when it was parked. */
  readonly sentAt: string;
  /** True if the execution failed, and will probably fail again. */
  readonly failed: boolean;
  /** Why the last attempt ended. */
  readonly reason: string;
}

interface RedrivePlan {
  /** References for the work queue. */
  readonly move: readonly NodeReference[];
  readonly quarantine: readonly QuarantineEntry[];
}

/**
 * Decides for each reference of one parked message: back to the work queue, or to the quarantine queue
 * if it failed too often (quarantine-rule.ts). References that go back start with 0 attempts.
 *
 * @example
 * const { move, quarantine } = planRedrive(references, { sentAt, failed: false, reason: "SecurityHubUnavailable" });
 */
export function planRedrive(references: readonly NodeReference[], arrival: Arrival): RedrivePlan {
  const moved = references.map((reference) => ({
    ...reference,
    attempts: 0,
    redriveHistory: nextHistory(reference, arrival),
  }));
  return {
    move: moved.filter(({ redriveHistory }) => !failedTooOften(redriveHistory)),
    quarantine: moved
      .filter(({ redriveHistory }) => failedTooOften(redriveHistory))
      .map((reference) => {
        const { redriveHistory, ...withoutHistory } = reference;
        const reason = `failed ${counted(redriveHistory.failures, "time")} since ${redriveHistory.since}, last at ${arrival.sentAt}`;
        return quarantineNode(withoutHistory, reason, arrival.reason);
      }),
  };
}

/**
 * Returns the references for a message that replaces an old one in the outage queue. The history keeps its start and its
 * failures, and does not count a move.
 *
 * @example
 * renewReferences(references, { sentAt, failed: false });
 */
export function renewReferences(references: readonly NodeReference[], arrival: Pick<Arrival, "sentAt" | "failed">) {
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
