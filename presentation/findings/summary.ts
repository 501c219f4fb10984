import { CAUSES, type CauseRow } from "../../contract/causes.ts";
import { counted } from "../../contract/counted.ts";
import { SEVERITIES, type FindingView, type Severity } from "./finding-view.ts";
import { patchKey } from "./patch-names.ts";

/** The cause of a blind spot, which names no patches. */
export const UNKNOWN_STATE = "patch status unknown";

const DAY_MS = 24 * 60 * 60_000;
/** The ranges of ages, youngest first, each with the days before which it ends. */
export const AGES = [
  { age: "less than a day", days: 1 },
  { age: "1 to 7 days", days: 7 },
  { age: "7 to 30 days", days: 30 },
  { age: "30 to 90 days", days: 90 },
  { age: "90 days or more", days: Infinity },
] as const;

/**
 * Returns whether a finding of this program is active, and neither resolved nor suppressed.
 *
 * @example
 * const open = views.filter(isOpen);
 */
export function isOpen({ kind, recordState, workflowStatus }: FindingView): boolean {
  return kind !== "other" && recordState === "ACTIVE" && (workflowStatus === "NEW" || workflowStatus === "NOTIFIED");
}

/**
 * Returns the findings sorted by severity, worst first, and then by node.
 *
 * @example
 * const [worst] = worstFirst(views.filter(isOpen));
 */
export function worstFirst(views: readonly FindingView[]): FindingView[] {
  return views.toSorted(
    (a, b) => compareSeverities(a.severity, b.severity) || compareTexts(a.nodeId, b.nodeId) || compareTexts(a.id, b.id),
  );
}

/**
 * Compares severities for sorting, worst first.
 *
 * @example
 * ["LOW", "CRITICAL"].toSorted(compareSeverities); // ["CRITICAL", "LOW"]
 */
export function compareSeverities(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}

/**
 * Counts findings by severity. Includes severities without findings.
 *
 * @example
 * bySeverity(views)[0]; // { severity: "CRITICAL", findings: 4 }
 */
export function bySeverity(views: readonly FindingView[]): { severity: Severity; findings: number }[] {
  const counts = countBySeverity(views);
  return SEVERITIES.map((severity) => ({ severity, findings: counts[severity] }));
}

/**
 * Counts findings by severity, as an object.
 *
 * @example
 * countBySeverity(views).CRITICAL; // 4
 */
export function countBySeverity(views: readonly FindingView[]): Record<Severity, number> {
  const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const { severity } of views) counts[severity] += 1;
  return counts;
}

/** The number of findings and of patches with one cause. */
export interface CauseCount {
  readonly cause: string;
  /** Findings with this cause. */
  readonly findings: number;
  readonly patches: number;
}

/**
 * Counts findings by cause. Leaves out causes without findings. A finding can have several causes.
 *
 * @example
 * byCause(views); // [{ cause: "missing", findings: 2, patches: 7 }]
 */
export function byCause(views: readonly FindingView[]): CauseCount[] {
  const counts = CAUSES.map(({ label: cause }) => {
    const found = views.flatMap(({ causes }) => causes.filter((one) => one.cause === cause));
    return { cause, findings: found.length, patches: found.reduce((sum, { count }) => sum + count, 0) };
  });
  const unknown = views.filter(({ kind }) => kind === "blindSpot").length;
  return [...counts, { cause: UNKNOWN_STATE, findings: unknown, patches: 0 }].filter(({ findings }) => findings > 0);
}

/**
 * Counts findings by their age at `now`. Leaves out findings without a readable time.
 *
 * @example
 * byAge(views, new Date())[0]; // { age: "less than a day", findings: 3 }
 */
export function byAge(views: readonly FindingView[], now: Date): { age: string; findings: number }[] {
  const days = views.map((view) => (now.getTime() - Date.parse(openSince(view))) / DAY_MS);
  return AGES.map(({ age, days: end }, index) => {
    const start = AGES[index - 1]?.days ?? -Infinity;
    return { age, findings: days.filter((each) => each >= start && each < end).length };
  });
}

/**
 * Returns the ISO 8601 time since which a finding has been open, or the best substitute that it has.
 *
 * @example
 * const day = openSince(view).slice(0, 10);
 */
export function openSince({ openSince: since, firstObservedAt, createdAt }: FindingView): string {
  return since ?? firstObservedAt ?? createdAt;
}

/** Number of noncompliant patches of a node. */
export interface NodeCount {
  readonly nodeId: string;
  readonly computerName?: string;
  readonly severity: Severity;
  readonly patches: number;
}

/**
 * Returns the nodes with the most noncompliant patches, at most `limit`.
 *
 * @example
 * topNodes(open, 10)[0]; // { nodeId: "i-0c11c8e1d3f56b9a7", severity: "CRITICAL", patches: 340 }
 */
export function topNodes(views: readonly FindingView[], limit: number): NodeCount[] {
  return views
    .map(({ nodeId, computerName, severity, causes }) => ({
      nodeId,
      ...(computerName !== undefined && { computerName }),
      severity,
      patches: causes.reduce((sum, { count }) => sum + count, 0),
    }))
    .filter(({ patches }) => patches > 0)
    .sort((a, b) => b.patches - a.patches || compareTexts(a.nodeId, b.nodeId))
    .slice(0, limit);
}

/** Number of nodes with a patch among their worst. */
export interface PatchCount {
  /** The KB number, or the package without its version. */
  readonly patch: string;
  /** Nodes whose finding names the patch among the worst. */
  readonly nodes: number;
}

/**
 * Returns the patches that most nodes have among their worst, at most `limit`.
 *
 * @example
 * topPatches(open, 10)[0]; // { patch: "KB5031364", nodes: 12 }
 */
export function topPatches(views: readonly FindingView[], limit: number): PatchCount[] {
  const nodes = new Map<string, number>();
  for (const { worstPatches } of views) {
    for (const patch of new Set(worstPatches.map(patchKey))) nodes.set(patch, (nodes.get(patch) ?? 0) + 1);
  }
  return [...nodes]
    .map(([patch, count]) => ({ patch, nodes: count }))
    .sort((a, b) => b.nodes - a.nodes || compareTexts(a.patch, b.patch))
    .slice(0, limit);
}

/**
 * Compares texts by code unit, which gives the same order on every machine.
 *
 * @example
 * const sorted = nodeIds.toSorted(compareTexts);
 */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The label of each cause after a number other than 1. */
const PLURALS = new Map(CAUSES.map(({ label, labelMany = label }: CauseRow) => [label, labelMany]));

/**
 * Returns the causes as text. Empty if there are none.
 *
 * @example
 * causesInWords(view.causes); // "3 missing, 1 failed"
 */
export function causesInWords(causes: FindingView["causes"]): string {
  return causes.map(({ cause, count }) => counted(count, cause, PLURALS.get(cause))).join(", ");
}

/**
 * Returns the exact number of CVEs, of which the finding may list only some.
 *
 * @example
 * cveTotal(view); // 725, of which view.vulnerabilities holds 12
 */
export function cveTotal({ vulnerabilities, vulnerabilitiesText = "" }: FindingView): number {
  return Math.max(vulnerabilities.length, Number.parseInt(vulnerabilitiesText, 10) || 0);
}

/**
 * Returns the node's operating system and version, as far as the finding has them.
 *
 * @example
 * system(view); // "Ubuntu 24.04"
 */
export function system({ platform, platformVersion }: FindingView): string {
  return [platform, platformVersion].filter((word) => word !== undefined).join(" ");
}

/**
 * Returns the causes as text, or why there are none.
 *
 * @example
 * whatIsWrong(view); // "3 missing, 1 failed"
 */
export function whatIsWrong({ causes, kind, severityReason, recordState, complianceStatus }: FindingView): string {
  if (recordState === "ARCHIVED") return complianceStatus === "PASSED" ? "closed" : "archived";
  if (causes.length > 0) return causesInWords(causes);
  return kind === "blindSpot" ? `${UNKNOWN_STATE}: ${severityReason ?? "no reason is given"}` : "noncompliant";
}
