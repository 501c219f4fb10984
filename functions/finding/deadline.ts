import { SOON_DAYS, type DueState } from "../../contract/due.ts";
import type { DaysBySeverity } from "../../contract/policies.ts";
import { SEVERITY_LABELS, type SeverityLabel } from "../../contract/severity.ts";
import { counted } from "../../contract/counted.ts";
import type { LevelClocks } from "./remembered.ts";

const DAY_MS = 24 * 60 * 60_000;

/** When the patches of a node must be installed. */
export interface Deadline {
  /** ISO 8601. */
  readonly dueDate: string;
  /** Which severity set the due date, in words. */
  readonly dueReason: string;
}

/**
 * Returns the earliest deadline of a node.
 *
 * @param levels the severities that count: those with patches that nobody has accepted
 * @param clocks since when the node has lacked patches of each severity
 * @returns undefined if no deadline applies
 * @example
 * earliestDeadline(["CRITICAL"], { CRITICAL: "2026-07-01T02:00:00.000Z" }, { CRITICAL: 14 })?.dueDate;
 * // "2026-07-15T02:00:00.000Z"
 */
export function earliestDeadline(
  levels: readonly SeverityLabel[],
  clocks: LevelClocks,
  days: DaysBySeverity,
): Deadline | undefined {
  const all = SEVERITY_LABELS.flatMap((label) => {
    const [within, since] = [days[label], clocks[label]];
    if (within === undefined || since === undefined || !levels.includes(label)) return [];
    return [{ label, within, since, time: Date.parse(since) + within * DAY_MS }];
  });
  // The sort is stable: of two severities with the same due date, the worse one is named.
  const [first] = all.toSorted((a, b) => a.time - b.time);
  if (first === undefined) return undefined;
  const { label, within, since, time } = first;
  return {
    dueDate: new Date(time).toISOString(),
    dueReason: `${label} patches must be installed within ${counted(within, "day")}; the node has lacked one since ${since}`,
  };
}

/**
 * Returns how near a due date is.
 *
 * @param now ISO 8601
 * @returns undefined if there is no due date
 * @example dueState("2026-07-15T02:00:00Z", "2026-07-10T00:00:00Z"); // "soon"
 */
export function dueState(dueDate: string | undefined, now: string): DueState | undefined {
  const left = Date.parse(dueDate ?? "") - Date.parse(now);
  if (Number.isNaN(left)) return undefined;
  return left <= 0 ? "overdue" : left <= SOON_DAYS * DAY_MS ? "soon" : "later";
}

/** Returns the next higher severity. */
export function raised(label: SeverityLabel): SeverityLabel {
  return SEVERITY_LABELS[Math.max(0, SEVERITY_LABELS.indexOf(label) - 1)] ?? label;
}
