import type { FindingKind } from "../../contract/generators.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import type { Removed } from "../work/node-reference.ts";
import { unchanged, type Decision } from "./intent.ts";
import { laterBy, type Remembered } from "./remembered.ts";

const REASONS: Readonly<Record<Removed, string>> = {
  terminated: "the instance is terminated",
  deregistered: "the node was deregistered, and Systems Manager does not list it any more",
  absent: "two sweeps in a row found the node neither in Systems Manager nor in EC2",
};

/**
 * Decides about a finding of a removed node. A terminated instance never comes back, and an event announced that a
 * deregistered node was removed. An absent node may only be unlisted for a while: the finding notes the first absence,
 * and a later sweep closes it.
 */
export function decideRemoved(
  kind: FindingKind,
  { sweep }: RatedJudgement,
  removed: Removed,
  stored: Remembered | undefined,
): Decision | undefined {
  if (stored === undefined || stored.closed) {
    return kind === "compliance"
      ? unchanged(`the node was removed (${removed}), and there is no open finding`)
      : undefined;
  }
  if (removed !== "absent") return close(removed);
  // An event that claims a termination is no sweep, even if EC2 does not know the instance.
  if (sweep === undefined)
    return unchanged("EC2 does not know the instance; the finding closes if two sweeps do not find it either");
  const { absentSince } = stored;
  if (absentSince === undefined) {
    return {
      action: "update",
      change: "refreshed",
      reason: "absent for the first time; the finding closes if the next sweep does not find the node either",
      content: { shows: "absence", absentSince: sweep },
    };
  }
  return Date.parse(sweep) > Date.parse(absentSince)
    ? close(removed)
    : unchanged("already recorded as absent; the next sweep decides");
}

function close(removed: Removed): Decision {
  return { action: "close", change: "closed", reason: REASONS[removed], content: { shows: "removal", removed } };
}

/**
 * Keeps a finding closed that was closed because its node was removed, whatever Systems Manager still remembers. It is
 * judged again if the node shows that it exists: by EC2's answer, or by a ping after the finding was closed. For a
 * deregistered or absent node, being listed again is enough, and for an absent one a later operation. The operation of a
 * terminated or deregistered node may only have been reported late.
 */
export function staysRemoved(judged: RatedJudgement, stored: Remembered | undefined): Decision | undefined {
  if (stored?.removed === undefined || !stored.closed || judged.removed !== undefined) return undefined;
  const pinged = Date.parse(judged.pingedAt ?? "") > Date.parse(stored.updatedAt ?? "");
  const isListed = stored.removed !== "terminated" && judged.listed === true;
  const isBack = isListed || (stored.removed === "absent" && laterBy(judged.evidence.endedAt, stored) > 0);
  if (judged.exists === true || pinged || isBack) return undefined;
  return unchanged(`closed because ${REASONS[stored.removed]}, and the node has not reported since`);
}

/** Forgets the absence of a node that is found again: only absences in a row count. */
export function forgetAbsence(judged: RatedJudgement, stored: Remembered | undefined): Decision | undefined {
  if (stored?.absentSince === undefined || stored.closed) return undefined;
  // A node of unknown status that neither service confirms was not found again.
  if (judged.status === "unknown" && judged.listed !== true && judged.exists !== true) return undefined;
  return {
    action: "update",
    change: "refreshed",
    reason: "the node is no longer absent",
    content: { shows: "absence", absentSince: undefined },
  };
}
