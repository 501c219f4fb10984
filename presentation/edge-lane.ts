/** Lanes beside a picture: edges that would cross it lengthwise (catches, loops) share one lane for each target. */
import { type Box, isFree, type Point, type Rows, straightened } from "./edge-route.ts";
import { LABEL_HEIGHT, labelWidth } from "./edge-label.ts";
import type { Transition } from "./state-machine-graph.ts";

export interface LaneEdge extends Transition {
  readonly points: readonly Point[];
  readonly labelAt?: Point;
}

interface Picture {
  /** The states' boxes. */
  readonly boxes: ReadonlyMap<string, Box>;
  /** Boxes and labels, which no edge may touch. */
  readonly obstacles: readonly Box[];
  readonly rows: Rows;
  /** Where the picture ends: its right side, or its left one. */
  readonly border: number;
}

const GAP = 14;
const LANE_WIDTH = 16;
/** Between several edges that leave one state. */
const APART = 18;

/**
 * @param side 1 for lanes on the right, -1 on the left
 * @returns the edges, and how far from the border the outermost lane is
 */
export function laneEdges(transitions: readonly Transition[], side: 1 | -1, picture: Picture) {
  const targets = [...new Set(transitions.map(({ to }) => to))];
  const room = Math.max(0, ...transitions.map(({ label }) => labelWidth(label)));
  const laneX = (to: string): number => picture.border + side * (GAP + room + targets.indexOf(to) * LANE_WIDTH);
  const ordered = transitions.toSorted((one, other) => boxOf(picture, one.from).y - boxOf(picture, other.from).y);
  const edges = ordered.map((transition): LaneEdge => {
    const siblings = ordered.filter(({ from }) => from === transition.from);
    const offset = (siblings.indexOf(transition) - (siblings.length - 1) / 2) * APART;
    const x = laneX(transition.to);
    const out = wayOut(boxOf(picture, transition.from), x, side, offset, picture);
    const into = wayOut(boxOf(picture, transition.to), x, side, 0, picture, true);
    const points = straightened([...out, ...into.toReversed()]);
    const leaves = out.at(-1) ?? { x, y: 0 };
    const lane = ordered.filter(({ to }) => to === transition.to);
    const said = lane[lane.indexOf(transition) - 1]?.label === transition.label;
    if (said || transition.label === undefined) return { ...transition, points };
    const labelX = picture.border + side * (GAP / 2 + labelWidth(transition.label) / 2);
    return { ...transition, points, labelAt: { x: labelX, y: leaves.y - LABEL_HEIGHT / 2 - 1 } };
  });
  return { edges, width: transitions.length === 0 ? 0 : GAP + room + (targets.length - 1) * LANE_WIDTH };
}

function boxOf({ boxes }: Picture, name: string): Box {
  const box = boxes.get(name);
  if (box === undefined) throw new Error(`no box for the state ${name}`);
  return box;
}

/** From a box to the lane: straight where nothing is in the way, else through the gap between the rows. */
function wayOut(box: Box, laneX: number, side: 1 | -1, offset: number, picture: Picture, above = false): Point[] {
  const edgeX = box.x + (side * box.width) / 2;
  const y = box.y + offset;
  const others = picture.obstacles.filter((each) => each !== box);
  if (isFree(y, edgeX, laneX, others)) {
    return [
      { x: edgeX, y },
      { x: laneX, y },
    ];
  }
  const cornerX = edgeX - side * GAP * 1.5;
  const gap = above ? picture.rows.gapAbove(box.y) : picture.rows.gapBelow(box.y);
  return [
    { x: cornerX, y: box.y + ((above ? -1 : 1) * box.height) / 2 },
    { x: cornerX, y: gap },
    { x: laneX, y: gap },
  ];
}
