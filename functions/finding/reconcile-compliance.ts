import { noncompliantSince } from "../compliance/began.ts";
import type { Change } from "./change.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import { buildFinding, CONTENT_HASH, contentHash } from "./compliance-finding.ts";
import type { FindingScope } from "./finding-identity.ts";
import { ageFields, OVERDUE } from "./overdue.ts";
import { proof } from "./proof.ts";
import { ABSENT_SINCE } from "./reconcile-removed.ts";
import { HEARTBEAT_MS, isClosed, laterBy, timesOf, type StoredFinding } from "./stored-finding.ts";

/** A new run with the same result is shown after this time at the latest; every import costs money and emits an event. */
const RUN_NEWS_MS = 7 * 24 * 60 * 60_000;

/**
 * The finding about the node's compliance.
 *
 * Order is by the operation's end and by nothing else: an operation that ended later or at the same time may update
 * the finding, only a strictly later one may close it.
 */
export function reconcileCompliance(
  judged: RatedJudgement,
  stored: StoredFinding | undefined,
  scope: FindingScope,
): Change {
  const { evidence, status } = judged;
  const { nodeId } = evidence;
  const unchanged = (reason: string): Change => ({ nodeId, action: "unchanged", reason });
  const change = (action: Change["action"], reason: string): Change => ({
    nodeId,
    action,
    reason,
    finding: openFinding(judged, stored, scope),
  });

  if (status === "unknown") return unchanged(`nothing is known: ${judged.blindSpot?.reason ?? evidence.notes}`);
  if (status === "unproven") return unchanged(`no proof of compliance: ${evidence.notes}`);
  if (stored === undefined) {
    return status === "compliant" ? unchanged("compliant, and there is no finding") : change("open", why(judged));
  }
  const later = laterBy(evidence.endedAt, stored);
  if (later < 0) return unchanged("the finding already shows a later operation");
  const closed = isClosed(stored);
  if (status === "compliant") {
    if (closed) return unchanged("compliant, and the finding is closed");
    return later > 0
      ? close(judged, stored, scope)
      : unchanged("compliant, but not by a later operation than the finding's");
  }
  if (closed) return change("reopen", why(judged));
  if (differs(judged, stored, scope)) return change("update", why(judged));
  if (ageFields(evidence.readAt, noncompliantSince(judged), stored)[OVERDUE] !== stored.ProductFields?.[OVERDUE]) {
    return change("update", "open for more than 30 days");
  }
  const age = Date.parse(evidence.readAt) - Date.parse(stored.UpdatedAt ?? "");
  if (later > 0 && age >= RUN_NEWS_MS) return change("refresh", "the same result by a newer run");
  if (age >= HEARTBEAT_MS) return change("refresh", "kept alive, long before it would expire");
  return unchanged("noncompliant as before");
}

function openFinding(judged: RatedJudgement, stored: StoredFinding | undefined, scope: FindingScope) {
  const { readAt } = judged.evidence;
  const since = noncompliantSince(judged);
  const finding = buildFinding(judged, scope, timesOf(readAt, since, stored));
  return { ...finding, ProductFields: { ...finding.ProductFields, ...ageFields(readAt, since, stored) } };
}

function close(judged: RatedJudgement, stored: StoredFinding, scope: FindingScope): Change {
  const { nodeId, readAt, endedAt } = judged.evidence;
  const finding = buildFinding(judged, scope, timesOf(readAt, noncompliantSince(judged), stored));
  const { ProductFields: fields } = finding;
  return {
    nodeId,
    action: "close",
    reason: `compliant since the operation that ended ${endedAt}`,
    finding: { ...finding, ProductFields: { ...fields, ...proof(judged, stored, fields) } },
  };
}

function differs(judged: RatedJudgement, stored: StoredFinding, scope: FindingScope): boolean {
  return (
    stored.ProductFields?.[ABSENT_SINCE] !== undefined ||
    stored.ProductFields?.[CONTENT_HASH] !== contentHash(judged, scope) ||
    stored.FindingProviderFields?.Severity?.Label !== judged.severity.label
  );
}

function why({ severity }: RatedJudgement): string {
  return `${severity.label}: ${severity.reason}${severity.decidedBy === undefined ? "" : ` (${severity.decidedBy})`}`;
}
