import Table from "cli-table3";
import type { ViewTimes } from "./measure.ts";

/** What a view may take. */
export const MOST_MILLISECONDS = 300;

const STYLE = { head: [], border: [], compact: true };
const whole = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 0 });

/** Returns the median. @param times at least one */
export function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Returns the names of the views that took too long. */
export function slowViews(times: readonly ViewTimes[]): string[] {
  return times.filter(({ milliseconds }) => median(milliseconds) > MOST_MILLISECONDS).map(({ name }) => name);
}

/** Returns the times of all views as text for a terminal. Marks those that took too long. */
export function timesTable(times: readonly ViewTimes[]): string {
  const slow = new Set(slowViews(times));
  const table = new Table({
    head: ["view", "bytes read", "elements", "median, ms", "slowest, ms", ""],
    colAligns: ["left", "right", "right", "right", "right", "left"],
    style: STYLE,
  });
  for (const { name, bytes, elements, milliseconds } of times) {
    table.push([
      name,
      whole(bytes),
      elements === undefined ? "-" : whole(elements),
      whole(median(milliseconds)),
      whole(Math.max(...milliseconds)),
      slow.has(name) ? `above ${MOST_MILLISECONDS} ms` : "",
    ]);
  }
  return table.toString();
}
