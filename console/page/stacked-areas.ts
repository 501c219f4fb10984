/** The geometry of the trend: areas on top of each other, as text for SVG paths. */
import type { Trend } from "../api.ts";

/** The size of the plot without its axes, in pixels. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

/** Returns the largest number of findings at any time, rounded up to a number that an axis can have. At least 4. */
export function topOf({ times, open }: Trend): number {
  const most = Math.max(4, ...times.map((_, index) => stackedAt(open, index, open.length)));
  const ten = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 4, 6, 8, 10].find((factor) => factor * ten >= most) ?? 10;
  return step * ten;
}

/**
 * Returns one closed path per list of `open`. The last list is at the bottom. Counts stay the same until the next time.
 *
 * @param top the number at the upper edge
 */
export function stackedAreas({ times, open }: Trend, { width, height }: PlotSize, top: number): string[] {
  const first = times[0] ?? 0;
  const span = (times.at(-1) ?? first) - first || 1;
  const x = (index: number): number => rounded((((times[index] ?? first) - first) / span) * width);
  const y = (count: number): number => rounded(height - (count / top) * height);
  return open.map((_, area) => {
    const upper = steps(times, x, (index) => y(stackedAt(open, index, open.length, area)));
    const lower = steps(times, x, (index) => y(stackedAt(open, index, open.length, area + 1)));
    return `M${[...upper, ...lower.toReversed()].map((point) => point.join(" ")).join("L")}Z`;
  });
}

/** Returns the index of the sample that holds at a share of the width, from 0 to 1. */
export function indexAt({ times }: Trend, share: number): number {
  const first = times[0] ?? 0;
  const wanted = first + share * ((times.at(-1) ?? first) - first);
  return Math.max(
    0,
    times.findLastIndex((time) => time <= wanted),
  );
}

/** Returns the sum of the counts of some lists at one time. */
function stackedAt(open: Trend["open"], index: number, end: number, start = 0): number {
  return open.slice(start, end).reduce((sum, counts) => sum + (counts[index] ?? 0), 0);
}

type Point = readonly [x: number, y: number];

/** Returns the corners of a line that changes only at its times. */
function steps(times: readonly number[], x: (index: number) => number, y: (index: number) => number): Point[] {
  return times.flatMap((_, index): Point[] =>
    index === 0
      ? [[x(0), y(0)]]
      : [
          [x(index), y(index - 1)],
          [x(index), y(index)],
        ],
  );
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
