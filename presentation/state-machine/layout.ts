/** Where the states and transitions of a state machine stand in a picture: from top to bottom, the main path straight. */
import elkjs, { type ElkLabel, type ElkNode } from "elkjs/lib/elk.bundled.js";
import { edgeId, elkGraph, stateId } from "./elk-graph.ts";
import { type GraphState, readStateMachine, type StateKind, type StateMachineGraph, type Transition } from "./graph.ts";
import { detailOf, type Size } from "./state-box.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lengths in pixels; the point is the centre. */
export interface StateNode extends Point, Size {
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
  /** The label's centre; absent if another edge of the same lane has the label. */
  readonly labelAt?: Point;
}

export interface StateMachineLayout extends Size {
  /** A Map comes before the states in its box. */
  readonly states: readonly StateNode[];
  readonly edges: readonly StateEdge[];
}

const START: GraphState = { name: "", type: "Start", kind: "start", waits: "", retriers: 0 };

/**
 * Places the states and transitions of a definition; the same definition gets the same places.
 *
 * @param definition a parsed definition in Amazon States Language, with or without its placeholders' values
 * @throws {Error} if it is no state machine, or has a type or resource that the picture does not know
 * @example const { width, height, states } = await layoutStateMachine(JSON.parse(await readFile("machine.asl.json", "utf8")));
 */
export async function layoutStateMachine(definition: unknown): Promise<StateMachineLayout> {
  const graph = withStart(readStateMachine(definition));
  const machine = await new elkjs.default().layout(elkGraph(graph));
  return { ...sizeOf(machine), ...placed(graph, machine, { x: 0, y: 0 }) };
}

function withStart(graph: StateMachineGraph): StateMachineGraph {
  const start: Transition = { from: START.name, to: graph.startAt, kind: "next" };
  return {
    startAt: START.name,
    states: [START, ...graph.states],
    transitions: [start, ...graph.transitions],
  };
}

/** @param corner the upper left corner of the ELK node that holds the graph, which ELK's coordinates start from */
function placed(
  graph: StateMachineGraph,
  node: ElkNode,
  corner: Point,
  parent?: string,
): Omit<StateMachineLayout, keyof Size> {
  const children = graph.states.map((state) => placedState(state, node, corner, parent));
  const edges = graph.transitions.map((transition, index) =>
    placedEdge(transition, edgeId(graph, index), node, corner),
  );
  return {
    states: children.flatMap(({ state, inner }) => [state, ...(inner?.states ?? [])]),
    edges: [...edges, ...children.flatMap(({ inner }) => inner?.edges ?? [])],
  };
}

function placedState(state: GraphState, { children = [] }: ElkNode, corner: Point, parent?: string) {
  const { name, type, kind, comment, retriers, inner } = state;
  const child = found(children, stateId(name));
  const node: StateNode = {
    ...{ name, type, kind, label: name, detail: detailOf(state), retriers },
    ...(comment === undefined ? {} : { comment }),
    ...(parent === undefined ? {} : { parent }),
    ...sizeOf(child),
    ...centre(child, corner),
  };
  return { state: node, inner: inner && placed(inner, child, moved(child, corner), name) };
}

function placedEdge(transition: Transition, id: string, { edges = [] }: ElkNode, corner: Point): StateEdge {
  const { sections = [], labels: [label] = [] } = found(edges, id);
  const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]);
  return {
    ...transition,
    points: straightened(points.map((point) => moved(point, corner))),
    ...(label === undefined ? {} : { labelAt: centre(label, corner) }),
  };
}

/** Leaves out points that an edge has twice, or passes without turning. */
function straightened(points: readonly Point[]): Point[] {
  return points.reduce<Point[]>((kept, point) => {
    const [before, last] = [kept.at(-2), kept.at(-1)];
    if (last?.x === point.x && last.y === point.y) return kept;
    const passes = (["x", "y"] as const).some(
      (axis) => before?.[axis] === last?.[axis] && last?.[axis] === point[axis],
    );
    return before !== undefined && passes ? [...kept.slice(0, -1), point] : [...kept, point];
  }, []);
}

function found<T extends { readonly id?: string }>(elements: readonly T[], id: string): T {
  const element = elements.find((each) => each.id === id);
  if (element === undefined) throw new Error(`ELK returned no ${id}`);
  return element;
}

function sizeOf({ width = 0, height = 0 }: ElkNode): Size {
  return { width, height };
}

function centre(box: ElkNode | ElkLabel, corner: Point): Point {
  const { x, y } = moved(box, corner);
  return { x: x + (box.width ?? 0) / 2, y: y + (box.height ?? 0) / 2 };
}

function moved({ x = 0, y = 0 }: Partial<Point>, by: Point): Point {
  return { x: x + by.x, y: y + by.y };
}
