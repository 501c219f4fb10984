import { CAUSES, type CauseCounts } from "../../contract/causes.ts";
import { noCauses, type PatchKind } from "./patch-summary.ts";
import { noncompliantCount, type SourceReading } from "./reading.ts";
import type { SeverityRule } from "../../contract/severity-rules.ts";
import { isWorse, rate, rateWithoutPatches, rulesHash, type Severity } from "./severity.ts";
import { isNoncompliant } from "./sources.ts";
import { cleanText } from "../runtime/text.ts";
import type { Evidence, Judgement } from "./verdict.ts";

/** The highest severity over all noncompliant patches of a node, and its origin. */
interface ChosenSeverity extends Severity {
  /** Index into the evidence's sources: the one whose summary the finding shows. */
  readonly source: number;
  /** The patch that decided, if patches are known. */
  readonly decidedBy?: string;
  /** Hash of the rules that chose. */
  readonly rules?: string;
}

/** A judged node with its severity: the input of Publish. */
export interface RatedJudgement extends Judgement {
  readonly severity: ChosenSeverity;
}

const MAX_REASON_BYTES = 200;
const MAX_ORIGINAL_BYTES = 60;
/** Bytes of JSON that a chosen severity takes at most. */
export const SEVERITY_BUDGET = 445;

/** Compliant nodes are INFORMATIONAL, as Security Hub's partner guide asks of passed findings. */
const NO_PROBLEM: ChosenSeverity = {
  label: "INFORMATIONAL",
  original: "COMPLIANT",
  reason: "the node complies with its patch baseline",
  source: 0,
};

/** Returns the highest severity. @param rules the deployment's own severity rules, before the default ones */
export function chooseSeverity({ sources, node }: Evidence, rules: readonly SeverityRule[]): ChosenSeverity {
  const candidates = sources.flatMap((source, index) =>
    isNoncompliant(source) ? [{ ...worstOf(source, node?.platformName, rules), source: index }] : [],
  );
  const first = candidates[0];
  if (first === undefined) return NO_PROBLEM;
  const worst = candidates.reduce((best, one) => (precedes(one, best, sources) ? one : best), first);
  return {
    ...worst,
    original: cleanText(worst.original, MAX_ORIGINAL_BYTES) ?? "UNSPECIFIED",
    reason: cleanText(worst.reason, MAX_REASON_BYTES) ?? "",
    rules: rulesHash(rules),
  };
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

function worstOf(source: SourceReading, platformName: string | undefined, rules: readonly SeverityRule[]) {
  const reported = rateWithoutPatches(source.nonCompliantSeverity, source.counts.criticalNonCompliant ?? 0);
  const first = source.patches?.kinds[0];
  // Association data and inventory report a severity for the node. It goes before the rows.
  const ownSeverity = source.nonCompliantSeverity !== undefined && reported.original !== "UNSPECIFIED";
  if (ownSeverity || source.patches === undefined || first === undefined) return reported;
  const platform = platformName ?? guessPlatform(source.patches.kinds);
  return source.patches.kinds
    .map((kind) => ({ ...rate(kind, platform, rules), decidedBy: kind.example }))
    .reduce((worst, one) => (isWorse(one.label, worst.label) ? one : worst));
}

/** Architectures as only Debian-family systems write them at the end of a package's name. */
const DEBIAN_PACKAGE = /[.:](?:amd64|arm64|armhf|i386|all)$/;

/** Systems Manager does not describe stopped nodes; their package priorities must not pass for severities. */
function guessPlatform(kinds: readonly PatchKind[]): string | undefined {
  return kinds.some(({ example }) => DEBIAN_PACKAGE.test(example)) ? "Debian" : undefined;
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
