/** Where the states and transitions of a state machine stand in a picture: from top to bottom, the main way straight. */
import { LABEL_HEIGHT, labelWidth } from "./edge-label.ts";
import { laneEdges } from "./edge-lane.ts";
import { type Box, boxFor, type Dock, downward, partsOf, type Point, Rows } from "./edge-route.ts";
import { lastCatches, mainWay, returns } from "./main-way.ts";
import { rank } from "./ranking.ts";
import { boxSize, detailOf, PADDING, POINT, type Size, textHeight } from "./state-box.ts";
import { type GraphState, readStateMachine, type StateKind, type StateMachineGraph, type Transition } from "./graph.ts";

/** Lengths in pixels. */
export interface StateNode extends Box {
  /** Unique in the whole machine; empty for the starting point, which is no state. */
  readonly name: string;
  /** The ASL Type, or "Start". */
  readonly type: string;
  readonly kind: StateKind;
  /** What to write into the box: the name, and under it a few lines that explain it. */
  readonly label: string;
  readonly detail: readonly string[];
  readonly comment?: string;
  readonly retriers: number;
  /** The Map whose box holds this state. */
  readonly parent?: string;
}

export interface StateEdge extends Transition {
  /** From box to box. Edges that share a lane share their last points. */
  readonly points: readonly Point[];
  /** The label's centre; absent where the neighbour in the same lane says the same. */
  readonly labelAt?: Point;
}

export interface StateMachineLayout extends Size {
  /** A Map comes before the states in its box. */
  readonly states: readonly StateNode[];
  readonly edges: readonly StateEdge[];
}

const MARGIN = 12;
const START: StateNode = {
  name: "",
  type: "Start",
  kind: "start",
  label: "",
  detail: [],
  retriers: 0,
  x: 0,
  y: 0,
  width: 18,
  height: 18,
};

interface SizedState {
  readonly node: StateNode;
  readonly inner?: StateMachineLayout;
}

/**
 * @param definition a parsed definition in Amazon States Language, with or without its placeholders' values
 * @throws {Error} what is not a state machine, and types and resources that nobody has drawn yet
 */
export function layoutStateMachine(definition: unknown): StateMachineLayout {
  const graph = readStateMachine(definition);
  const start: Transition = { from: START.name, to: graph.startAt, kind: "next" };
  const { width, height, states, edges } = place(
    { ...graph, startAt: START.name, transitions: [start, ...graph.transitions] },
    [{ node: START }, ...graph.states.map(sized)],
  );
  return {
    width: width + 2 * MARGIN,
    height: height + 2 * MARGIN,
    states: states.map((state) => movedNode(state, MARGIN, MARGIN)),
    edges: edges.map((edge) => movedEdge(edge, MARGIN, MARGIN)),
  };
}

/** At no place yet, with what a Map holds. */
function sized(state: GraphState): SizedState {
  const { name, type, kind, comment, retriers } = state;
  const inner = state.inner === undefined ? undefined : place(state.inner, state.inner.states.map(sized));
  const detail = detailOf(state);
  const node = {
    ...{ name, type, kind, label: name, detail, retriers, x: 0, y: 0 },
    ...(comment === undefined ? {} : { comment }),
    ...boxSize(state, detail, inner),
  };
  return inner === undefined ? { node } : { node, inner };
}

function place(graph: StateMachineGraph, sizedStates: readonly SizedState[]): StateMachineLayout {
  const back = returns(graph);
  const caught = graph.transitions.filter(({ kind }) => kind === "catch");
  const forward = graph.transitions.filter((each) => each.kind !== "catch" && !back.has(each));
  const nodes = sizedStates.map(({ node }) => node);
  const ranked = rank(nodes, forward, mainWay(graph, forward), lastCatches(caught, forward));
  const placed = sizedStates.map(({ node, inner }) => ({ node: { ...node, ...ranked.at(node.name) }, inner }));
  const boxes = new Map(placed.map(({ node }) => [node.name, dock(node)]));
  const labels = forward.flatMap((each) => labelBox(each, ranked.labelAt(each)));
  const obstacles = [...boxes.values(), ...labels];
  const rows = new Rows(obstacles);
  const downwards = forward.map((each): StateEdge => {
    const labelAt = ranked.labelAt(each);
    const [from, to] = [boxFor(boxes, each.from), boxFor(boxes, each.to)];
    const points = downward(from, to, ranked.via(each), rows, obstacles);
    return { ...each, points, ...(labelAt === undefined ? {} : { labelAt }) };
  });
  const lines = downwards.flatMap(({ points }) => partsOf(points));
  const right = laneEdges(caught, { boxes, obstacles, lines, rows, border: ranked.width, side: 1 });
  const left = laneEdges([...back], { boxes, obstacles, lines, rows, border: 0, side: -1 });
  return {
    width: left.width + ranked.width + right.width,
    height: ranked.height,
    states: placed.flatMap(({ node, inner }) => withInner(movedNode(node, left.width, 0), inner)),
    edges: [
      ...[...downwards, ...left.edges, ...right.edges].map((edge) => movedEdge(edge, left.width, 0)),
      ...placed.flatMap(({ node, inner }) => innerEdges(movedNode(node, left.width, 0), inner)),
    ],
  };
}

function dock({ kind, x, y, width, height }: StateNode): Dock {
  return { x, y, width, height, inset: kind === "choice" ? POINT + PADDING : PADDING };
}

function labelBox({ label }: Transition, at: Point | undefined): Box[] {
  return at === undefined ? [] : [{ ...at, width: labelWidth(label), height: LABEL_HEIGHT }];
}

function withInner(map: StateNode, inner: StateMachineLayout | undefined): StateNode[] {
  if (inner === undefined) return [map];
  const { x, y } = innerOrigin(map, inner);
  return [map, ...inner.states.map((state) => ({ parent: map.name, ...movedNode(state, x, y) }))];
}

function innerEdges(map: StateNode, inner: StateMachineLayout | undefined): StateEdge[] {
  if (inner === undefined) return [];
  const { x, y } = innerOrigin(map, inner);
  return inner.edges.map((edge) => movedEdge(edge, x, y));
}

/** Under the Map's own text, in the middle. */
function innerOrigin(map: StateNode, inner: Size): Point {
  return { x: map.x - inner.width / 2, y: map.y - map.height / 2 + PADDING / 2 + textHeight(map.detail) + PADDING / 2 };
}

function movedNode(node: StateNode, dx: number, dy: number): StateNode {
  return { ...node, ...movedPoint(node, dx, dy) };
}

function movedEdge(edge: StateEdge, dx: number, dy: number): StateEdge {
  const points = edge.points.map((point) => movedPoint(point, dx, dy));
  return edge.labelAt === undefined
    ? { ...edge, points }
    : { ...edge, points, labelAt: movedPoint(edge.labelAt, dx, dy) };
}

function movedPoint({ x, y }: Point, dx: number, dy: number): Point {
  return { x: x + dx, y: y + dy };
}
