import { CAUSES, type CauseCounts } from "../../contract/causes.ts";
import type { Accepted } from "../../contract/changes.ts";
import { NAMED_EXCEPTIONS, type Policies } from "../../contract/policies.ts";
import { hasTags } from "./node-conditions.ts";
import { nodeFacts } from "./node-facts.ts";
import { acceptedWholly, levelsOf, mergeLevels, reportedSeverity, type Levels } from "./severity-levels.ts";
import { platformOf } from "./platform.ts";
import { byEnd } from "./exceptions.ts";
import { noCauses } from "./patch-summary.ts";
import { noncompliantCount, type SourceReading } from "./reading.ts";
import { isWorse, policiesHash, rate, type ApplicableRules, type Severity } from "./severity.ts";
import { isNoncompliant } from "./sources.ts";
import { cleanText } from "../runtime/text.ts";
import type { Evidence, Judgement } from "./verdict.ts";

/** The highest severity over all noncompliant patches of a node that nobody has accepted, and its origin. */
interface ChosenSeverity extends Severity, Partial<Levels> {
  /** Index into the evidence's sources: the one whose summary the finding shows. */
  readonly source: number;
  /** The patch that decided, if patches are known. */
  readonly decidedBy?: string;
  /** Hash of the policies that chose. */
  readonly rules?: string;
  /** The exceptions that accept patches of the node. Absent if none does. */
  readonly exceptions?: { readonly accept: Accepted; readonly by: readonly number[] };
}

/** A judged node with its severity: the input of Publish. */
export interface RatedJudgement extends Judgement {
  readonly severity: ChosenSeverity;
}

const MAX_REASON_BYTES = 200;
const MAX_ORIGINAL_BYTES = 60;
/** Bytes of JSON that a chosen severity takes at most. */
export const SEVERITY_BUDGET = 640;

/** Compliant nodes are INFORMATIONAL, as Security Hub's partner guide asks of passed findings. */
const NO_PROBLEM: ChosenSeverity = {
  label: "INFORMATIONAL",
  original: "COMPLIANT",
  reason: "the node complies with its patch baseline",
  source: 0,
};

const ALL_ACCEPTED: Severity = {
  label: "INFORMATIONAL",
  original: "ACCEPTED",
  reason: "exceptions accept all noncompliant patches",
};

/** Returns the highest severity, and which severities the node lacks patches of. */
export function chooseSeverity(evidence: Evidence, policies: Policies): ChosenSeverity {
  const { sources, tagMatches } = evidence;
  const rules = applicableRules(evidence, policies);
  const noncompliant = sources.flatMap((source, index) => (isNoncompliant(source) ? [{ source, index }] : []));
  const candidates = noncompliant.map(({ source, index }) => ({
    ...worstOf(source, evidence, rules),
    source: index,
  }));
  const first = candidates[0];
  if (first === undefined) return NO_PROBLEM;
  const worst = candidates.reduce((best, one) => (precedes(one, best, sources) ? one : best), first);
  const exceptions = exceptionsOf(
    noncompliant.map(({ source }) => source),
    evidence,
    policies,
  );
  return {
    ...worst,
    original: cleanText(worst.original, MAX_ORIGINAL_BYTES) ?? "UNSPECIFIED",
    reason: cleanText(worst.reason, MAX_REASON_BYTES) ?? "",
    rules: policiesHash(policies, tagMatches),
    ...mergeLevels(noncompliant.map(({ source }) => levelsOf(source, evidence, rules))),
    ...(exceptions && { exceptions }),
  };
}

function applicableRules(evidence: Evidence, policies: Policies): ApplicableRules {
  const has = hasTags(policies);
  const node = nodeFacts(evidence);
  return policies.severityRules.map((rule) => (has(rule.tags, node) ? rule : undefined));
}

/** Returns which exceptions accept patches of these sources. */
function exceptionsOf(
  sources: readonly SourceReading[],
  evidence: Evidence,
  policies: Policies,
): ChosenSeverity["exceptions"] {
  const own = sources.flatMap(({ patches }) => patches?.accepted?.by ?? []);
  const by = [...new Set([...own, ...(evidence.acceptedBy === undefined ? [] : [evidence.acceptedBy])])];
  if (by.length === 0) return undefined;
  const all = sources.every((source) => acceptedWholly(source, evidence));
  return { accept: all ? "all" : "some", by: by.toSorted(byEnd(policies)).slice(0, NAMED_EXCEPTIONS) };
}

/** Equal labels: the source with more problems, then by kind. Never by time, or two sources would take turns. */
function precedes(a: ChosenSeverity, b: ChosenSeverity, sources: readonly SourceReading[]): boolean {
  if (a.label !== b.label) return isWorse(a.label, b.label);
  const [one, other] = [sources[a.source], sources[b.source]];
  if (one === undefined || other === undefined) return false;
  const more = total(one) - total(other);
  return more === 0 ? orderKey(one) > orderKey(other) : more > 0;
}

function orderKey({ kind, operationId }: SourceReading): string {
  return `${kind} ${operationId ?? ""}`;
}

function total(source: SourceReading): number {
  return Object.values(causesOf(source)).reduce((sum, count) => sum + count, 0);
}

type Candidate = Severity & { readonly decidedBy?: string };

function worstOf(source: SourceReading, evidence: Evidence, rules: ApplicableRules): Candidate {
  if (acceptedWholly(source, evidence)) return ALL_ACCEPTED;
  const { reported, isStated } = reportedSeverity(source);
  const kinds = source.patches?.kinds.filter(({ accepted }) => accepted !== true) ?? [];
  const first = kinds[0];
  // Association data and inventory report a severity for the node. It goes before the rows, unless it may be that of an
  // accepted patch.
  const isSure = isStated && source.patches?.accepted === undefined;
  if (isSure || first === undefined) return reported;
  const platform = platformOf(evidence, source);
  return kinds
    .map((kind) => ({ ...rate(kind, platform, rules), decidedBy: kind.example }))
    .reduce((worst, one) => (isWorse(one.label, worst.label) ? one : worst));
}

/**
 * Returns the number of noncompliant patches by cause. Counts of patches that always count are exact. Rows add what has
 * no exact count, and replace the counts if there are none.
 */
export function causesOf({ counts, patches }: SourceReading): CauseCounts {
  const rows = patches?.causes ?? noCauses();
  if (noncompliantCount(counts) === 0) return rows;
  const exact = CAUSES.map(({ cause, always }) => [cause, always ? (counts[cause] ?? 0) : rows[cause]] as const);
  return { ...rows, ...Object.fromEntries(exact), unknown: 0 };
}
