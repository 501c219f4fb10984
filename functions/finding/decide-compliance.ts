import type { Change } from "../../contract/changes.ts";
import { SEVERITY_LABELS, severityLabel } from "../../contract/severity.ts";
import type { Policies } from "../../contract/policies.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import { isWorse } from "../compliance/severity.ts";
import { acceptanceOf } from "./acceptance.ts";
import { unchanged, type Acceptance, type Decision, type Write } from "./intent.ts";
import { decideDue } from "./decide-due.ts";
import { lifeOf, type Life } from "./life.ts";
import { endedOf, isStale, KEPT_ALIVE, laterBy, type Remembered } from "./remembered.ts";

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
  policies: Policies,
): Decision {
  const { evidence, status } = judged;
  const onlyTime = (reason: string): Decision => decideDue(reason, judged, stored, policies);
  if (status === "unknown")
    return onlyTime(`the patch status is unknown: ${judged.blindSpot?.reason ?? evidence.notes}`);
  if (status === "unproven") return onlyTime(`no proof of compliance: ${evidence.notes}`);
  const later = laterBy(evidence.endedAt, stored);
  if (stored !== undefined && later < 0) return onlyTime("the finding already shows a later operation");
  return status === "compliant"
    ? decideCompliant(evidence.endedAt, later, stored)
    : decideNoncompliant(judged, later, stored, contentHash, policies);
}

function decideCompliant(endedAt: string | undefined, later: number, stored: Remembered | undefined): Decision {
  if (stored === undefined) return unchanged("compliant, and there is no finding");
  if (stored.closed && stored.removed !== undefined && stored.levelsSince !== undefined && later > 0) {
    // The finding was closed without proof. This is the proof, and it ends the clocks.
    return {
      action: "update",
      change: "refreshed",
      reason: `the node is back, and compliant since the operation that ended ${endedAt}`,
      content: { shows: "compliance", ended: endedOf(stored) },
    };
  }
  if (stored.closed) return unchanged("compliant, and the finding is closed");
  if (!(later > 0)) return unchanged("compliant, but only an operation later than the finding's may close it");
  return {
    action: "close",
    change: "closed",
    reason: `compliant since the operation that ended ${endedAt}`,
    content: { shows: "compliance", ended: endedOf(stored) },
  };
}

function decideNoncompliant(
  judged: RatedJudgement,
  later: number,
  stored: Remembered | undefined,
  contentHash: string,
  policies: Policies,
): Decision {
  const { readAt } = judged.evidence;
  const life = lifeOf(judged, stored, policies);
  const acceptance = acceptanceOf(judged, policies);
  const write = (action: Write, change: Change, reason: string): Decision => ({
    action,
    change,
    reason,
    content: { shows: "noncompliance", life, ...(acceptance && { acceptance }) },
  });
  // A finding that opens with all its patches accepted asks nobody to do anything.
  const begun = acceptance?.accepted === "all" ? "accepted" : "opened";
  if (stored === undefined) return write("open", begun, why(judged));
  if (stored.closed) return write("reopen", begun === "opened" ? "reopened" : begun, why(judged));
  const change =
    acceptanceChange(judged, acceptance, stored) ??
    severityChange(life, stored) ??
    otherChange(judged, life, stored, contentHash, acceptance);
  if (change !== undefined) return write("update", change.change, change.reason ?? why(judged));
  if (later > 0 && isStale(readAt, stored, NEWER_RUN_MS))
    return write("refresh", "refreshed", "a newer run had the same result");
  return isStale(readAt, stored) ? write("refresh", "refreshed", KEPT_ALIVE) : unchanged("noncompliant as before");
}

/** What changed about an open finding. Without a reason, that of its severity says it all. */
interface Changed {
  readonly change: Change;
  readonly reason?: string;
}

function acceptanceChange(
  { severity, evidence }: RatedJudgement,
  acceptance: Acceptance | undefined,
  { accepted, acceptedUntil = "" }: Remembered,
): Changed | undefined {
  const hasEnded = Date.parse(acceptedUntil) <= Date.parse(evidence.readAt);
  // A sweep compares without rows, so it cannot tell which patches are accepted.
  if (severity.lacks === undefined) {
    return hasEnded ? { change: "refreshed", reason: `an exception ended (${acceptedUntil})` } : undefined;
  }
  if (acceptance?.accepted === "all" && accepted !== "all")
    return { change: "accepted", reason: "exceptions accept all noncompliant patches" };
  if (acceptance?.accepted === "all" || accepted !== "all") return undefined;
  const reason = hasEnded
    ? `an exception ended (${acceptedUntil})`
    : "a patch is missing that no exception accepts, or the exceptions changed";
  return { change: "expired", reason };
}

function severityChange(life: Life, stored: Remembered): Changed | undefined {
  if (life.due === "overdue" && stored.due !== "overdue")
    return { change: "overdue", reason: `overdue since ${life.dueDate}: ${life.dueReason}` };
  const before = severityLabel(stored.severity);
  if (before === undefined || before === life.severity) return undefined;
  return { change: isWorse(life.severity, before) ? "severity raised" : "severity lowered" };
}

function otherChange(
  { severity }: RatedJudgement,
  life: Life,
  stored: Remembered,
  contentHash: string,
  acceptance: Acceptance | undefined,
): Changed | undefined {
  const differs =
    stored.absentSince !== undefined || stored.contentHash !== contentHash || stored.severity !== life.severity;
  if (differs) return { change: "refreshed" };
  if (life.due !== stored.due || life.dueDate !== stored.dueDate) {
    return { change: "refreshed", reason: life.dueDate === undefined ? "no deadline applies" : `due ${life.dueDate}` };
  }
  if (severity.lacks === undefined) return undefined;
  if (!sameLevels(life, stored)) return { change: "refreshed", reason: "patches of other severities are missing" };
  if (acceptance?.until !== stored.acceptedUntil) return { change: "refreshed", reason: "the exceptions changed" };
  return undefined;
}

function sameLevels({ levelsSince }: Life, stored: Remembered): boolean {
  return SEVERITY_LABELS.every((label) => levelsSince[label] === stored.levelsSince?.[label]);
}

function why({ severity }: RatedJudgement): string {
  return `${severity.label}: ${severity.reason}${severity.decidedBy === undefined ? "" : ` (${severity.decidedBy})`}`;
}
