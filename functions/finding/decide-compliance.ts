import { noncompliantSince } from "../compliance/status-since.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import { ageOf } from "./age.ts";
import { unchanged, type Decision, type Write } from "./intent.ts";
import { isStale, KEPT_ALIVE, laterBy, type Remembered } from "./remembered.ts";

/** A new run with the same result is shown after this time at the latest; every import costs money and emits an event. */
const NEWER_RUN_MS = 7 * 24 * 60 * 60_000;

/**
 * Decides about the compliance finding of a node. Only the ends of operations are compared: an operation that ended later
 * or at the same time may update the finding. Only a strictly later one may close it.
 */
export function decideCompliance(
  judged: RatedJudgement,
  stored: Remembered | undefined,
  contentHash: string,
): Decision {
  const { evidence, status } = judged;
  if (status === "unknown")
    return unchanged(`the patch status is unknown: ${judged.blindSpot?.reason ?? evidence.notes}`);
  if (status === "unproven") return unchanged(`no proof of compliance: ${evidence.notes}`);
  const later = laterBy(evidence.endedAt, stored);
  if (stored !== undefined && later < 0) return unchanged("the finding already shows a later operation");
  return status === "compliant"
    ? decideCompliant(evidence.endedAt, later, stored)
    : decideNoncompliant(judged, later, stored, contentHash);
}

function decideCompliant(endedAt: string | undefined, later: number, stored: Remembered | undefined): Decision {
  if (stored === undefined) return unchanged("compliant, and there is no finding");
  if (stored.closed) return unchanged("compliant, and the finding is closed");
  if (!(later > 0)) return unchanged("compliant, but only an operation later than the finding's may close it");
  return {
    action: "close",
    reason: `compliant since the operation that ended ${endedAt}`,
    content: { shows: "compliance" },
  };
}

function decideNoncompliant(
  judged: RatedJudgement,
  later: number,
  stored: Remembered | undefined,
  contentHash: string,
): Decision {
  const { readAt } = judged.evidence;
  const age = ageOf(readAt, noncompliantSince(judged), stored);
  const write = (action: Write, reason: string): Decision => ({
    action,
    reason,
    content: { shows: "noncompliance", ...age },
  });
  if (stored === undefined) return write("open", why(judged));
  if (stored.closed) return write("reopen", why(judged));
  if (differs(judged, stored, contentHash)) return write("update", why(judged));
  if (age.overdue !== stored.overdue) return write("update", "open for 30 days or more");
  if (later > 0 && isStale(readAt, stored, NEWER_RUN_MS)) return write("refresh", "a newer run had the same result");
  return isStale(readAt, stored) ? write("refresh", KEPT_ALIVE) : unchanged("noncompliant as before");
}

function differs({ severity }: RatedJudgement, stored: Remembered, contentHash: string): boolean {
  return stored.absentSince !== undefined || stored.contentHash !== contentHash || stored.severity !== severity.label;
}

function why({ severity }: RatedJudgement): string {
  return `${severity.label}: ${severity.reason}${severity.decidedBy === undefined ? "" : ` (${severity.decidedBy})`}`;
}
