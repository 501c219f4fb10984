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

/**
 * From the lower side of a box down to the upper side of another. Rows are crossed straight down, at the places that
 * are kept free there; only between rows does the way go sideways.
 *
 * @param via the places, from top to bottom
 * @param inset how far from a box's corners a way may start and end
 */
export function downward(from: Box, to: Box, via: readonly Point[], rows: Rows, inset: number): Point[] {
  const out = reach(from, via[0]?.x ?? to.x, inset);
  const into = reach(to, via.at(-1)?.x ?? out, inset);
  return straightened([
    { x: out, y: from.y + from.height / 2 },
    { x: out, y: rows.bottom(from.y) },
    ...via.flatMap(({ x, y }) => [
      { x, y: rows.top(y) },
      { x, y: rows.bottom(y) },
    ]),
    { x: into, y: rows.top(to.y) },
    { x: into, y: to.y - to.height / 2 },
  ]);
}

/** The place on a box's upper or lower side that is nearest to x. */
function reach(box: Box, x: number, inset: number): number {
  const room = Math.max(0, box.width / 2 - inset);
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
  const [left, right] = [Math.min(fromX, toX), Math.max(fromX, toX)];
  return !boxes.some(
    (box) => Math.abs(box.y - y) <= box.height / 2 && box.x + box.width / 2 > left && box.x - box.width / 2 < right,
  );
}
