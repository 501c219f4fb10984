import { SEVERITIES, type FindingView, type Severity } from "./finding-view.ts";
import { compareTexts, countBySeverity } from "./summary.ts";

/** The findings that have one fact in common. */
export interface GroupCount {
  /** Absent: the findings lack the fact. */
  readonly name?: string;
  readonly findings: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly overdue: number;
  /** Due within the days of `SOON_DAYS`. */
  readonly soon: number;
}

/**
 * Counts findings by a fact, most findings first. Those that lack it come last.
 *
 * @example countGroups(open, ({ platform }) => platform)[0]; // { name: "Ubuntu", findings: 4, ... }
 */
export function countGroups(
  views: readonly FindingView[],
  nameOf: (view: FindingView) => string | undefined,
): GroupCount[] {
  return [...Map.groupBy(views, nameOf)]
    .map(([name, some]) => ({
      ...(name !== undefined && { name }),
      findings: some.length,
      bySeverity: countBySeverity(some),
      overdue: some.filter(({ overdue }) => overdue).length,
      soon: some.filter(({ due }) => due === "soon").length,
    }))
    .sort(
      (a, b) =>
        Number(a.name === undefined) - Number(b.name === undefined) ||
        b.findings - a.findings ||
        compareTexts(a.name ?? "", b.name ?? ""),
    );
}

/**
 * Returns the worst severity of the findings, or undefined if there are none.
 *
 * @example worstSeverity(open); // "CRITICAL"
 */
export function worstSeverity(views: readonly FindingView[]): Severity | undefined {
  const found = new Set(views.map(({ severity }) => severity));
  return SEVERITIES.find((severity) => found.has(severity));
}
