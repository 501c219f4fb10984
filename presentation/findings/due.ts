/** Sorts and counts findings by age, deadline and owner. */
import { DUE_STATES, type DueState } from "../../contract/due.ts";
import type { FindingView, Severity } from "./finding-view.ts";
import { countGroups } from "./groups.ts";
import { compareSeverities, compareTexts, openSince, worstFirst } from "./summary.ts";

const DAY_MS = 24 * 60 * 60_000;

/**
 * Returns the whole days that a finding has been open at `now`, or undefined if it is closed or has no readable time.
 *
 * @example ageInDays(view, new Date()); // 12
 */
export function ageInDays(view: FindingView, now: Date): number | undefined {
  if (view.recordState === "ARCHIVED") return undefined;
  const days = Math.floor((now.getTime() - Date.parse(openSince(view))) / DAY_MS);
  return Number.isNaN(days) ? undefined : Math.max(0, days);
}

/**
 * Returns the due date and how near it is. Empty if the finding has no deadline.
 *
 * @example dueInWords(view); // "2026-12-01 soon"
 */
export function dueInWords({ due, dueDate }: FindingView): string {
  // A far due date needs no word.
  return [dueDate?.slice(0, 10), due === "later" && dueDate !== undefined ? undefined : due].filter(Boolean).join(" ");
}

export const FINDING_ORDERS = ["severity", "age", "due", "owner"] as const;
/** What findings can be sorted by: worst, oldest or due first, or by the owner's name. */
export type FindingOrder = (typeof FINDING_ORDERS)[number];

/** Compares two findings. Findings that lack the fact come last. */
export const COMPARE: Readonly<Record<FindingOrder, (a: FindingView, b: FindingView) => number>> = {
  severity: (a, b) => compareSeverities(a.severity, b.severity),
  age: (a, b) => compareTimes(openTime(a), openTime(b)),
  due: (a, b) => compareTimes(dueTime(a), dueTime(b)),
  owner: (a, b) =>
    Number(a.owner === undefined) - Number(b.owner === undefined) || compareTexts(a.owner ?? "", b.owner ?? ""),
};

/**
 * Returns the findings in an order. Within it they are sorted by severity, worst first, and then by node.
 *
 * @example const [urgent] = inOrder(views, "due");
 */
export function inOrder(views: readonly FindingView[], order: FindingOrder): FindingView[] {
  return worstFirst(views).sort(COMPARE[order]);
}

function openTime(view: FindingView): number {
  return view.recordState === "ARCHIVED" ? Number.NaN : Date.parse(openSince(view));
}

/** Overdue findings without a due date come first. */
function dueTime({ due, dueDate = "" }: FindingView): number {
  const time = Date.parse(dueDate);
  return Number.isNaN(time) && due === "overdue" ? -Infinity : time;
}

function compareTimes(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The findings of one owner. */
export interface OwnerCount {
  /** Absent: the nodes have no owner tag. */
  readonly owner?: string;
  readonly findings: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly overdue: number;
}

/**
 * Counts findings by owner, most findings first. Those without an owner come last.
 *
 * @example byOwner(open)[0]; // { owner: "payments", findings: 4, overdue: 1, bySeverity: ... }
 */
export function byOwner(views: readonly FindingView[]): OwnerCount[] {
  return countGroups(views, ({ owner }) => owner).map(({ name: owner, findings, bySeverity, overdue }) => ({
    ...(owner !== undefined && { owner }),
    ...{ findings, bySeverity, overdue },
  }));
}

/**
 * Counts findings by how near their due date is. Includes states without findings.
 *
 * @example countByDue(open).soon; // 2
 */
export function countByDue(views: readonly FindingView[]): Record<DueState, number> {
  const counts = Object.fromEntries(DUE_STATES.map((state) => [state, 0])) as Record<DueState, number>;
  for (const { due } of views) if (due !== undefined) counts[due] += 1;
  return counts;
}
