/** Lanes beside a picture: edges that would cross it lengthwise (catches, loops) share one lane for each target. */
import { LABEL_HEIGHT, labelWidth } from "./edge-label.ts";
import { type Box, boxFor, isFree, type Point, type Rows, straightened, touch } from "./edge-route.ts";
import type { Transition } from "./graph.ts";

export interface LaneEdge extends Transition {
  readonly points: readonly Point[];
  readonly labelAt?: Point;
}

export interface Picture {
  /** The states' boxes. */
  readonly boxes: ReadonlyMap<string, Box>;
  /** Boxes and labels, which no edge may touch. */
  readonly obstacles: readonly Box[];
  /** Parts of other edges, which no label may touch. */
  readonly lines: readonly Box[];
  readonly rows: Rows;
  /** Where the picture ends: its right side for lanes on the right, or its left one. */
  readonly border: number;
  /** 1 for lanes on the right, -1 on the left. */
  readonly side: 1 | -1;
}

const GAP = 14;
const LANE_WIDTH = 16;
/** Between several edges that leave one state. */
const APART = 18;
/** Below the upper side of a state that leads to itself is where the way comes back. */
const ITSELF = 5;

/** @returns the edges, and how far from the border the outermost lane is */
export function laneEdges(transitions: readonly Transition[], picture: Picture) {
  const { boxes, border, side } = picture;
  const ordered = transitions.toSorted((one, other) => boxFor(boxes, one.from).y - boxFor(boxes, other.from).y);
  const ways = ordered.map((transition) => {
    const box = boxFor(boxes, transition.from);
    const siblings = ordered.filter(({ from }) => from === transition.from);
    const apart = Math.min(APART, box.height / (siblings.length + 1));
    const offset = (siblings.indexOf(transition) - (siblings.length - 1) / 2) * apart;
    const way = sideways(box, offset, "gapBelow", picture);
    return { transition, way, label: labelBox(transition, way, ordered, picture) };
  });
  const beyond = ways.map(({ label }) => (label === undefined ? 0 : (label.x - border) * side + label.width / 2));
  const room = GAP + Math.max(0, ...beyond);
  const targets = [...new Set(transitions.map(({ to }) => to))];
  const edges = ways.map(({ transition, way, label }): LaneEdge => {
    const x = border + side * (room + targets.indexOf(transition.to) * LANE_WIDTH);
    const box = boxFor(boxes, transition.to);
    const offset = transition.from === transition.to ? ITSELF - box.height / 2 : 0;
    const into = sideways(box, offset, "gapAbove", picture);
    const points = straightened([...toLane(way, x), ...toLane(into, x).toReversed()]);
    return { ...transition, points, ...(label === undefined ? {} : { labelAt: { x: label.x, y: label.y } }) };
  });
  return { edges, width: edges.length === 0 ? 0 : room + (targets.length - 1) * LANE_WIDTH };
}

/** From a box towards the lanes: straight where nothing is in the way, else through the gap between the rows. */
function sideways(box: Box, offset: number, gap: "gapAbove" | "gapBelow", picture: Picture): Point[] {
  const { border, obstacles, rows, side } = picture;
  const edgeX = box.x + (side * box.width) / 2;
  const y = box.y + offset;
  const others = obstacles.filter((each) => each !== box);
  if (isFree(y, edgeX, border, others)) return [{ x: edgeX, y }];
  const cornerX = edgeX - (side * box.width) / 8;
  return [
    { x: cornerX, y: box.y + ((gap === "gapAbove" ? -1 : 1) * box.height) / 2 },
    { x: cornerX, y: rows[gap](box.y) },
  ];
}

function toLane(way: readonly Point[], x: number): Point[] {
  const last = way.at(-1);
  return last === undefined ? [] : [...way, { x, y: last.y }];
}

/** Above the way, next to the state that it leaves, or else outside; undefined where the lane's edge before says the same. */
function labelBox(
  transition: Transition,
  way: readonly Point[],
  ordered: readonly Transition[],
  { border, lines, obstacles, side }: Picture,
): Box | undefined {
  const { label, to } = transition;
  const lane = ordered.filter((each) => each.to === to);
  if (label === undefined || lane[lane.indexOf(transition) - 1]?.label === label) return undefined;
  const { x, y } = way.at(-1) ?? { x: border, y: 0 };
  const size = { width: labelWidth(label), height: LABEL_HEIGHT };
  const at = (from: number): Box => ({
    ...size,
    x: from + side * (GAP / 2 + size.width / 2),
    y: y - LABEL_HEIGHT / 2 - 1,
  });
  const beside = at(x);
  return [...obstacles, ...lines].some((each) => touch(each, beside)) ? at(border) : beside;
}
