/** Places for states and labels in rows, by dagre. */
import { Graph, layout } from "@dagrejs/dagre";
import { LABEL_HEIGHT, labelWidth } from "./edge-label.ts";
import { type Box, type Point, touch } from "./edge-route.ts";
import type { Transition } from "./graph.ts";

export interface Ranking {
  readonly width: number;
  readonly height: number;
  /** The centre of a state. */
  at(name: string): Point;
  /** The centre of a transition's label; undefined without a label. */
  labelAt(transition: Transition): Point | undefined;
  /** Places between two states that are kept free for a transition, from top to bottom; the label's is one of them. */
  via(transition: Transition): Point[];
}

const SPACES = { rankdir: "TB", nodesep: 22, edgesep: 16, ranksep: 26 } as const;

/** Straight rather than short. */
const MAIN = 50;
/** A label stands near the state that it leaves. */
const NEAR = 4;

/**
 * @param boxes the states with their sizes
 * @param forward transitions without loops; a label gets a place of its own in the rows
 * @param main those of them that are drawn as one straight line
 * @param caught they are not drawn here, but keep the state that they lead to below the one that they come from
 */
export function rank(
  boxes: readonly (Box & { readonly name: string })[],
  forward: readonly Transition[],
  main: readonly Transition[],
  caught: readonly Transition[],
): Ranking {
  const graph = new Graph({ multigraph: true });
  graph.setGraph(SPACES);
  for (const { name, width, height } of boxes) graph.setNode(stateId(name), { width, height });
  const legs = new Map(forward.map((each, index) => [each, legsOf(each, index)]));
  for (const [transition, { ids, label }] of legs) {
    if (label !== undefined) {
      graph.setNode(label, { width: labelWidth(transition.label), height: LABEL_HEIGHT });
    }
    const weight = main.includes(transition) ? MAIN : 1;
    ids.forEach(([from, to, name], index) => {
      graph.setEdge(from, to, { weight: index === 0 && ids.length > 1 ? weight * NEAR : weight }, name);
    });
  }
  for (const { from, to } of caught) graph.setEdge(stateId(from), stateId(to), { weight: 1 }, "caught");
  const corePath = main.flatMap((each) => legs.get(each)?.ids.map(([from]) => from) ?? []);
  const last = main.at(-1);
  layout(graph, { corePath: last === undefined ? [] : [...corePath, stateId(last.to)] });
  // In rare pictures the straight main way pushes something else onto a place that is taken.
  const ways = [...legs.values()].flatMap(({ ids }) => ids.flatMap((id) => viaOf(graph, id)));
  if (collides([...graph.nodes().map((id) => graph.node(id)), ...ways])) layout(graph, { corePath: [] });
  const { width, height } = graph.graph();
  const pointAt = (id: string): Point => ({ x: graph.node(id).x, y: graph.node(id).y });
  return {
    width,
    height,
    at: (name) => pointAt(stateId(name)),
    labelAt: (transition) => {
      const label = legs.get(transition)?.label;
      return label === undefined ? undefined : pointAt(label);
    },
    via: (transition) => {
      const { ids = [], label } = legs.get(transition) ?? {};
      const [before = [], after = []] = ids.map((id) => viaOf(graph, id));
      return label === undefined ? before : [...before, pointAt(label), ...after];
    },
  };
}

/** A place has no size, so that places in one row never collide, but a place and a box do. */
function viaOf(graph: Graph, [v, w, name]: Leg): Box[] {
  const inner = graph.edge({ v, w, name }).points.slice(1, -1);
  return inner.map(({ x, y }) => ({ x, y, width: 0, height: 0 }));
}

function collides(boxes: readonly Box[]): boolean {
  return boxes.some((one, index) => boxes.slice(index + 1).some((other) => touch(one, other)));
}

function stateId(name: string): string {
  return `state ${name}`;
}

type Leg = readonly [from: string, to: string, name: string];

/** dagre's nodes and edges of one transition: with a label it goes by way of a node for the label. */
function legsOf({ from, to, label }: Transition, index: number) {
  const name = `edge ${index}`;
  const labelId = label === undefined ? undefined : `label ${index}`;
  const ids: Leg[] =
    labelId === undefined
      ? [[stateId(from), stateId(to), name]]
      : [
          [stateId(from), labelId, name],
          [labelId, stateId(to), name],
        ];
  return { ids, label: labelId };
}
