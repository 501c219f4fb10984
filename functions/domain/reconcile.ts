import type { RatedJudgement } from "./choose-severity.ts";
import { buildFinding, CONTENT_HASH, contentHash, type Finding } from "./finding.ts";
import { findingId, GENERATOR_IDS, productArn, type FindingScope } from "./finding-identity.ts";
import { OPERATION_END } from "./product-fields.ts";

/** What reconciling needs of a finding as GetFindings returns it. */
export interface StoredFinding {
  readonly Id?: string | undefined;
  readonly ProductArn?: string | undefined;
  readonly AwsAccountId?: string | undefined;
  readonly GeneratorId?: string | undefined;
  readonly CreatedAt?: string | undefined;
  readonly FirstObservedAt?: string | undefined;
  readonly UpdatedAt?: string | undefined;
  readonly RecordState?: string | undefined;
  readonly Compliance?: { readonly Status?: string | undefined } | undefined;
  readonly FindingProviderFields?:
    { readonly Severity?: { readonly Label?: string | undefined } | undefined } | undefined;
  readonly ProductFields?: Readonly<Record<string, string>> | undefined;
}

/** One node's part of the plan. A finding is there exactly where something is to be imported. */
export interface Change {
  readonly nodeId: string;
  readonly action: "open" | "update" | "reopen" | "close" | "refresh" | "unchanged";
  readonly reason: string;
  readonly finding?: Finding;
}

const DAY_MS = 24 * 60 * 60_000;
/** A new run with the same result is shown after this time at the latest; every import costs money and emits an event. */
const RUN_NEWS_MS = 7 * DAY_MS;
/** Security Hub deletes active findings that were not updated for 90 days. */
const HEARTBEAT_MS = 30 * DAY_MS;

/** True for this deployment's finding about this node, and for nobody else's. */
export function isOwnFinding(stored: StoredFinding, scope: FindingScope, nodeId: string): boolean {
  return (
    stored.Id === findingId(scope, nodeId) &&
    stored.ProductArn === productArn(scope) &&
    stored.AwsAccountId === scope.account &&
    stored.GeneratorId === GENERATOR_IDS.compliance
  );
}

/**
 * Compares what should be in Security Hub about one node with what is there.
 *
 * Order is by the operation's end and by nothing else: an operation that ended later or at the same time may update
 * the finding, only a strictly later one may close it.
 */
export function reconcile(judged: RatedJudgement, stored: StoredFinding | undefined, scope: FindingScope): Change {
  const { evidence, status } = judged;
  const { nodeId } = evidence;
  const unchanged = (reason: string): Change => ({ nodeId, action: "unchanged", reason });
  const change = (action: Change["action"], reason: string): Change => ({
    nodeId,
    action,
    reason,
    finding: buildFinding(judged, scope, times(judged, stored)),
  });

  if (status === "unproven") return unchanged(`no proof of compliance: ${evidence.notes}`);
  if (stored === undefined) {
    return status === "compliant" ? unchanged("compliant, and there is no finding") : change("open", why(judged));
  }
  const later = Date.parse(evidence.endedAt) - (Date.parse(stored.ProductFields?.[OPERATION_END] ?? "") || 0);
  if (later < 0) return unchanged("the finding already shows a later operation");
  const closed = stored.RecordState === "ARCHIVED" || stored.Compliance?.Status === "PASSED";
  if (status === "compliant") {
    if (closed) return unchanged("compliant, and the finding is closed");
    return later > 0
      ? change("close", `compliant since the operation that ended ${evidence.endedAt}`)
      : unchanged("compliant, but not by a later operation than the finding's");
  }
  if (closed) return change("reopen", why(judged));
  if (differs(judged, stored, scope)) return change("update", why(judged));
  const age = Date.parse(evidence.readAt) - Date.parse(stored.UpdatedAt ?? "");
  if (later > 0 && age >= RUN_NEWS_MS) return change("refresh", "the same result by a newer run");
  if (age >= HEARTBEAT_MS) return change("refresh", "kept alive, long before it would expire");
  return unchanged("noncompliant as before");
}

function differs(judged: RatedJudgement, stored: StoredFinding, scope: FindingScope): boolean {
  return (
    stored.ProductFields?.[CONTENT_HASH] !== contentHash(judged, scope) ||
    stored.FindingProviderFields?.Severity?.Label !== judged.severity.label
  );
}

function why({ severity }: RatedJudgement): string {
  return `${severity.label}: ${severity.reason}${severity.decidedBy === undefined ? "" : ` (${severity.decidedBy})`}`;
}

/**
 * UpdatedAt follows the reading: Security Hub ignores an import with an older one, so that a slow execution which
 * read earlier loses against a faster one which read later.
 */
function times({ evidence }: RatedJudgement, stored: StoredFinding | undefined) {
  const previous = Date.parse(stored?.UpdatedAt ?? "");
  const next = Number.isNaN(previous) ? 0 : previous + 1;
  const updatedAt = new Date(Math.max(Date.parse(evidence.readAt), next)).toISOString();
  const createdAt = stored?.CreatedAt ?? updatedAt;
  return { updatedAt, createdAt, firstObservedAt: stored?.FirstObservedAt ?? createdAt };
}
