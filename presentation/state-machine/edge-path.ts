/** The line of an edge as an SVG path. */
import type { Point } from "./layout.ts";

const CORNER = 8;

/** Returns the line with its corners rounded. */
export function edgePath(points: readonly Point[]): string {
  const [first = { x: 0, y: 0 }] = points;
  const parts = points.slice(1).map((point, index) => {
    const after = points[index + 2];
    return after === undefined ? `L${at(point)}` : rounded(points[index] ?? point, point, after);
  });
  return `M${at(first)}${parts.join("")}`;
}

function rounded(before: Point, corner: Point, after: Point): string {
  const radius = Math.min(CORNER, distance(before, corner) / 2, distance(corner, after) / 2);
  return `L${at(towards(corner, before, radius))}Q${at(corner)} ${at(towards(corner, after, radius))}`;
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole };
}

function at({ x, y }: Point): string {
  return `${round(x)},${round(y)}`;
}

/** To a tenth of a pixel, so that the text of a picture does not depend on the last digit of a division. */
export function round(length: number): number {
  return Math.round(length * 10) / 10;
}
