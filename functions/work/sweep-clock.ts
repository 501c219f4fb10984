/** When a sweep checks nodes that it cannot judge by the lists. There is no database: the sweep's own times decide. */
export interface SweepClock {
  /** ISO 8601: when the sweep began. */
  readonly startedAt: string;
  /** Hours from one sweep to the next. */
  readonly sweepHours: number;
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** The first Sunday in 1970: epoch time begins on a Thursday. */
const FIRST_SUNDAY_MS = 3 * DAY_MS;
/** A schedule is not exact. Two sweeps that are a bit further apart must not miss a node. */
const TOLERANCE_MS = 10 * 60_000;

/**
 * Returns whether a node is due in this sweep: it is due once in every full day after its finding was written.
 *
 * @param updatedAt ISO 8601. If it cannot be read, the node is due
 * @example
 * isDueDaily("2026-11-19T10:00:00Z", { startedAt: "2026-11-20T12:00:00Z", sweepHours: 12 }); // true
 */
export function isDueDaily(updatedAt: string | undefined, clock: SweepClock): boolean {
  const elapsed = Date.parse(clock.startedAt) - Date.parse(updatedAt ?? "");
  if (Number.isNaN(elapsed)) return true;
  return elapsed >= DAY_MS && elapsed % DAY_MS < interval(clock);
}

/**
 * Returns whether this is the first sweep of a week. Weeks begin on Sunday, 00:00 UTC.
 *
 * @example
 * isDueWeekly({ startedAt: "2026-11-22T06:00:00Z", sweepHours: 12 }); // true
 */
export function isDueWeekly(clock: SweepClock): boolean {
  return (Date.parse(clock.startedAt) - FIRST_SUNDAY_MS) % WEEK_MS < interval(clock);
}

function interval({ sweepHours }: SweepClock): number {
  return sweepHours * HOUR_MS + TOLERANCE_MS;
}
