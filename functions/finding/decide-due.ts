import { exceptionKey } from "../../contract/exception-key.ts";
import type { Policies } from "../../contract/policies.ts";
import { SEVERITY_LABELS, severityLabel, type SeverityLabel } from "../../contract/severity.ts";
import { policiesHash } from "../compliance/severity.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import { unchanged, type Decision } from "./intent.ts";
import { lifeOf } from "./life.ts";
import type { Remembered } from "./remembered.ts";

/**
 * Decides about a finding whose node was not judged again. Time passes for it too: it becomes due soon and overdue, and
 * its exceptions end. It also follows other policies, as far as the stored finding tells: the clocks say which severities
 * the node lacked.
 *
 * @param reason why the node's data changes nothing
 */
export function decideDue(
  reason: string,
  judged: RatedJudgement,
  stored: Remembered | undefined,
  policies: Policies,
): Decision {
  if (stored === undefined || stored.closed) return unchanged(reason);
  const { severity, ratedSeverity = severity } = stored;
  const ended = acceptanceEnd(stored, judged.evidence.readAt, policies);
  const rules = policiesHash(policies, judged.evidence.tagMatches);
  const label =
    ended === undefined ? severityLabel(ratedSeverity) : (worstClock(stored) ?? severityLabel(ratedSeverity));
  if (label === undefined) return unchanged(reason);
  // Without an exception every severity counts whose clock runs. With one, the finding does not tell which.
  const isFree = stored.accepted === undefined || ended !== undefined;
  const hasOtherPolicies = stored.rules !== undefined && stored.rules !== rules && isFree;
  const lacks = (ended !== undefined || hasOtherPolicies) && SEVERITY_LABELS.filter((one) => stored.levelsSince?.[one]);
  const asStored = { label, original: label, reason: "", source: 0, ...(lacks && lacks.length > 0 && { lacks }) };
  const life = lifeOf({ ...judged, severity: asStored }, stored, policies);
  const isSame = life.due === stored.due && life.dueDate === stored.dueDate && life.severity === severity;
  if (ended === undefined && !hasOtherPolicies && isSame) return unchanged(reason);
  const isOverdueNow = life.due === "overdue" && stored.due !== "overdue";
  const change = ended !== undefined && stored.accepted === "all" ? "expired" : isOverdueNow ? "overdue" : "refreshed";
  const due = life.dueDate === undefined ? "no deadline applies" : `due ${life.dueDate}: ${life.dueReason}`;
  return {
    action: "update",
    change,
    reason: ended ?? due,
    content: { shows: "due", life, rules, endsAcceptance: ended !== undefined },
  };
}

/** Returns why an acceptance does not hold any more, in words: an exception ended, or is not in the policies. */
function acceptanceEnd(
  { accepted, acceptedUntil = "", acceptedBy = [] }: Remembered,
  readAt: string,
  { exceptions }: Policies,
): string | undefined {
  if (accepted === undefined) return undefined;
  if (Date.parse(acceptedUntil) <= Date.parse(readAt)) return `an exception ended (${acceptedUntil})`;
  const keys = new Set(exceptions.map(exceptionKey));
  return acceptedBy.every((key) => keys.has(key)) ? undefined : "an exception was removed or changed";
}

function worstClock({ levelsSince = {} }: Remembered): SeverityLabel | undefined {
  return SEVERITY_LABELS.find((label) => levelsSince[label] !== undefined);
}
