/** Ways of edges that pass between boxes and never through them. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Around a centre. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A box where ways begin and end. */
export interface Dock extends Box {
  /** How far from the corners of its upper and lower side. */
  readonly inset: number;
}

/** @throws {Error} for a name that the picture does not have */
export function boxFor<T extends Box>(boxes: ReadonlyMap<string, T>, name: string): T {
  const box = boxes.get(name);
  if (box === undefined) throw new Error(`no box for the state ${name}`);
  return box;
}

/** The rows of a picture: all boxes with one centre height, as high as the highest of them. */
export class Rows {
  readonly #rows = new Map<number, { top: number; bottom: number }>();

  constructor(boxes: readonly Box[]) {
    for (const { y, height } of boxes) {
      const row = this.#rows.get(y) ?? { top: y, bottom: y };
      this.#rows.set(y, { top: Math.min(row.top, y - height / 2), bottom: Math.max(row.bottom, y + height / 2) });
    }
  }

  top(y: number): number {
    return this.#rows.get(y)?.top ?? y;
  }

  bottom(y: number): number {
    return this.#rows.get(y)?.bottom ?? y;
  }

  /** Half way to the next row above; a little above the first one. */
  gapAbove(y: number): number {
    const above = [...this.#rows.values()].map(({ bottom }) => bottom).filter((bottom) => bottom < this.top(y));
    return above.length === 0 ? this.top(y) - 10 : (this.top(y) + Math.max(...above)) / 2;
  }

  /** Half way to the next row below; a little below the last one. */
  gapBelow(y: number): number {
    const below = [...this.#rows.values()].map(({ top }) => top).filter((top) => top > this.bottom(y));
    return below.length === 0 ? this.bottom(y) + 10 : (this.bottom(y) + Math.min(...below)) / 2;
  }
}

/** A way that leaves by a side and turns down before would look broken. */
const NO_JOG = 10;

/**
 * From one box down to the upper side of another. Rows are crossed straight down, at the places that are kept free
 * there; only between rows does the way go sideways. It leaves by the lower side, or by a side that it has to go to.
 *
 * @param via the places, from top to bottom
 * @param obstacles all boxes; those of the way itself may be among them
 */
export function downward(from: Dock, to: Dock, via: readonly Point[], rows: Rows, obstacles: readonly Box[]): Point[] {
  const first = via[0]?.x ?? to.x;
  const side = Math.sign(first - from.x);
  const corner = from.x + (side * from.width) / 2;
  const others = obstacles.filter((each) => each !== from);
  const beside = (first - corner) * side > NO_JOG && isFree(from.y, corner, first + side, others);
  const out = beside ? first : reach(from, first);
  const into = reach(to, via.at(-1)?.x ?? out);
  const stops = [
    { x: out, top: beside ? from.y : from.y + from.height / 2, bottom: rows.bottom(from.y) },
    ...via.map(({ x, y }) => ({ x, top: rows.top(y), bottom: rows.bottom(y) })),
    { x: into, top: rows.top(to.y), bottom: to.y - to.height / 2 },
  ];
  const points = stops.flatMap(({ x, top, bottom }, index) => {
    const before = stops[index - 1];
    const middle = ((before?.bottom ?? top) + top) / 2;
    const sideways = [
      { x: before?.x ?? x, y: middle },
      { x, y: middle },
    ];
    return [...(before === undefined ? [] : sideways), { x, y: top }, { x, y: bottom }];
  });
  return straightened(beside ? [{ x: corner, y: from.y }, ...points] : points);
}

/** The place on a box's upper or lower side that is nearest to x. */
function reach(box: Dock, x: number): number {
  const room = Math.max(0, box.width / 2 - box.inset);
  return Math.min(Math.max(x, box.x - room), box.x + room);
}

/** Without points that are there twice or lie on a straight way between their neighbours. */
export function straightened(points: readonly Point[]): Point[] {
  return points.reduce<Point[]>((kept, point) => {
    const last = kept.at(-1);
    const before = kept.at(-2);
    if (last?.x === point.x && last.y === point.y) return kept;
    const vertical = before?.x === last?.x && last?.x === point.x;
    const horizontal = before?.y === last?.y && last?.y === point.y;
    return before !== undefined && (vertical || horizontal) ? [...kept.slice(0, -1), point] : [...kept, point];
  }, []);
}

/** Whether a horizontal way from x to x touches none of the boxes. */
export function isFree(y: number, fromX: number, toX: number, boxes: readonly Box[]): boolean {
  const way = { x: (fromX + toX) / 2, y, width: Math.abs(toX - fromX), height: 0 };
  return !boxes.some((box) => touch(way, box));
}

/** Boxes that only share a side do not touch each other. */
export function touch(one: Box, other: Box): boolean {
  return (
    Math.abs(one.x - other.x) < (one.width + other.width) / 2 &&
    Math.abs(one.y - other.y) < (one.height + other.height) / 2
  );
}

/** A way's parts as thin boxes. */
export function partsOf(points: readonly Point[]): Box[] {
  return points.slice(1).map((point, index) => {
    const before = points[index] ?? point;
    return {
      x: (before.x + point.x) / 2,
      y: (before.y + point.y) / 2,
      width: Math.abs(before.x - point.x) + 1,
      height: Math.abs(before.y - point.y) + 1,
    };
  });
}
