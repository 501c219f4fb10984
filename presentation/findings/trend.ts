import { SEVERITIES, type FindingView, type Severity } from "./finding-view.ts";
import { countBySeverity, isOpen, openSince } from "./summary.ts";

const DAY_MS = 24 * 60 * 60_000;

/** What changed between two readings of the findings. */
export interface Trend {
  readonly bySeverity: readonly { readonly severity: Severity; readonly before: number; readonly now: number }[];
  /** Findings that are open now, and were not before. */
  readonly opened: number;
  /**
   * Findings that were open before, and are archived or absent now. A person's SUPPRESSED or RESOLVED closes nothing,
   * because the node still lacks the patches.
   */
  readonly closed: number;
  /** The average days that the closed findings had been open. Absent if none of them shows it. */
  readonly daysOpen?: number;
  /** ISO 8601: the newest time in the earlier findings. Absent if they have none. */
  readonly since?: string;
  /** Whole days from then until now. */
  readonly days?: number;
}

/**
 * Compares earlier findings with those of now. A finding that closed and reopened in between counts as open both times.
 *
 * @example
 * trendOf(earlier, views, new Date()).closed; // 12
 */
export function trendOf(earlier: readonly FindingView[], current: readonly FindingView[], now: Date): Trend {
  const before = earlier.filter(isOpen);
  const open = current.filter(isOpen);
  const idsBefore = idsOf(before);
  const active = idsOf(current.filter(({ recordState }) => recordState !== "ARCHIVED"));
  const closed = before.filter(({ id }) => !active.has(id));
  const [countsBefore, countsNow] = [countBySeverity(before), countBySeverity(open)];
  const last = Math.max(...earlier.map(({ updatedAt }) => Date.parse(updatedAt)).filter((time) => !isNaN(time)));
  const daysOpen = averageDays(closed, current);
  return {
    bySeverity: SEVERITIES.map((severity) => ({
      severity,
      before: countsBefore[severity],
      now: countsNow[severity],
    })),
    opened: open.filter(({ id }) => !idsBefore.has(id)).length,
    closed: closed.length,
    ...(daysOpen !== undefined && { daysOpen }),
    ...(Number.isFinite(last) && {
      since: new Date(last).toISOString(),
      days: Math.max(0, Math.floor((now.getTime() - last) / DAY_MS)),
    }),
  };
}

function idsOf(views: readonly FindingView[]): ReadonlySet<string> {
  return new Set(views.map(({ id }) => id));
}

/** A finding was last written when it closed. */
function averageDays(closed: readonly FindingView[], current: readonly FindingView[]): number | undefined {
  const endOf = new Map(current.map(({ id, updatedAt }) => [id, Date.parse(updatedAt)]));
  const days = closed
    .map((view) => ((endOf.get(view.id) ?? NaN) - Date.parse(openSince(view))) / DAY_MS)
    .filter((each) => each >= 0);
  if (days.length === 0) return undefined;
  return Math.round((days.reduce((sum, each) => sum + each, 0) / days.length) * 10) / 10;
}
