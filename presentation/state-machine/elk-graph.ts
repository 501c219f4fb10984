/** A state machine as a graph for the Eclipse Layout Kernel: options are described at https://eclipse.dev/elk/reference.html. */
import type { ElkExtendedEdge, ElkLabel, ElkNode, ElkPort, LayoutOptions } from "elkjs/lib/elk.bundled.js";
import { LABEL_HEIGHT, labelWidth } from "./edge-label.ts";
import type { GraphState, StateMachineGraph, Transition } from "./graph.ts";
import { loopingTransitions, mainPath } from "./main-path.ts";
import { boxSize, detailOf, PADDING, textHeight } from "./state-box.ts";

type Side = "NORTH" | "EAST" | "SOUTH" | "WEST";
type Sides = readonly [leaves: Side, enters: Side];

const MARGIN = 12;

const OPTIONS: LayoutOptions = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.edgeRouting": "ORTHOGONAL",
  // The same picture each time; 0 would take the clock.
  "elk.randomSeed": "1",
  // The default, GREEDY, draws parts of the main path upwards.
  "elk.layered.cycleBreaking.strategy": "DEPTH_FIRST",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  // A label stands next to the state that its edge leaves.
  "elk.layered.edgeLabels.centerLabelPlacementStrategy": "TAIL_LAYER",
  "elk.spacing.nodeNode": "22",
  "elk.spacing.edgeNode": "14",
  "elk.spacing.edgeEdge": "14",
  "elk.layered.spacing.nodeNodeBetweenLayers": "20",
  "elk.layered.spacing.edgeNodeBetweenLayers": "10",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "12",
};

/** Without it, each catch has a step before its lane. With a state that leads to itself, ELK 0.12.1 refuses it. */
const COMPACTION: LayoutOptions = { "elk.layered.compaction.postCompaction.strategy": "LEFT" };

/** Returns the whole machine: a child for each state, an edge for each transition, and in a Map's child what it runs. */
export function elkGraph(graph: StateMachineGraph): ElkNode {
  const compaction = graph.transitions.some(({ from, to }) => from === to) ? {} : COMPACTION;
  return {
    id: "machine",
    layoutOptions: { ...OPTIONS, ...compaction, "elk.padding": padding(MARGIN) },
    ...content(graph),
  };
}

/** Returns the id of a state's child, unique in the whole machine. */
export function stateId(name: string): string {
  return `state ${name}`;
}

/** Returns the id of a transition's edge, unique in the whole machine. */
export function edgeId(graph: StateMachineGraph, index: number): string {
  return `edge ${index} ${graph.startAt}`;
}

function content(graph: StateMachineGraph): Pick<ElkNode, "children" | "edges"> {
  const looping = loopingTransitions(graph);
  const forward = graph.transitions.filter((each) => each.kind !== "catch" && !looping.has(each));
  const main = new Set(mainPath(graph, forward));
  const sides = new Map(graph.transitions.map((each) => [each, sidesOf(each, graph, main, looping)]));
  return {
    children: graph.states.map((state) => child(state, usedSides(state.name, sides))),
    edges: graph.transitions.map((each, index): ElkExtendedEdge => {
      const [leaves, enters] = sides.get(each) ?? ["SOUTH", "NORTH"];
      return {
        id: edgeId(graph, index),
        sources: [portId(leaves, each.from)],
        targets: [portId(enters, each.to)],
        labels: labels(each, graph, edgeId(graph, index)),
        layoutOptions: main.has(each) ? { "elk.layered.priority.straightness": "100" } : {},
      };
    }),
  };
}

/** The main path runs down the middle, its branches and loops on the left, catches on the right. */
function sidesOf(
  transition: Transition,
  { transitions }: StateMachineGraph,
  main: ReadonlySet<Transition>,
  looping: ReadonlySet<Transition>,
): Sides {
  if (transition.kind === "catch") return ["EAST", "EAST"];
  if (looping.has(transition)) return ["WEST", "WEST"];
  const branches = transitions.some(({ from, kind }) => from === transition.from && kind === "choice");
  return [branches && !main.has(transition) ? "WEST" : "SOUTH", "NORTH"];
}

function usedSides(name: string, sides: ReadonlyMap<Transition, Sides>): ReadonlySet<Side> {
  const used = [...sides].flatMap(([{ from, to }, [leaves, enters]]) => [
    ...(from === name ? [leaves] : []),
    ...(to === name ? [enters] : []),
  ]);
  return new Set(used);
}

function child(state: GraphState, sides: ReadonlySet<Side>): ElkNode {
  const detail = detailOf(state);
  const size = boxSize(state, detail);
  return {
    id: stateId(state.name),
    ...size,
    // All edges on one side share its middle, so that edges with one target share a lane.
    ports: [...sides].map((side): ElkPort => ({
      id: portId(side, state.name),
      layoutOptions: { "elk.port.side": side },
    })),
    layoutOptions: {
      "elk.portConstraints": "FIXED_SIDE",
      "elk.portAlignment.default": "CENTER",
      ...(state.inner === undefined
        ? {}
        : {
            ...OPTIONS,
            "elk.padding": padding(PADDING, textHeight(detail) + PADDING),
            "elk.nodeSize.constraints": "MINIMUM_SIZE",
            "elk.nodeSize.minimum": `(${size.width},${size.height})`,
            "elk.contentAlignment": "H_CENTER V_TOP",
          }),
    },
    ...(state.inner === undefined ? {} : content(state.inner)),
  };
}

/** Catches with the same target and the same errors share a label: the first one has it. */
function labels(transition: Transition, { transitions }: StateMachineGraph, id: string): ElkLabel[] {
  const { kind, to, label } = transition;
  if (label === undefined) return [];
  const first = transitions.find((each) => each.kind === "catch" && each.to === to && each.label === label);
  if (kind === "catch" && first !== transition) return [];
  const layoutOptions = { "elk.edgeLabels.inline": "true" };
  return [{ id: `label of ${id}`, text: label, width: labelWidth(label), height: LABEL_HEIGHT, layoutOptions }];
}

function portId(side: Side, name: string): string {
  return `${side} ${name}`;
}

function padding(all: number, top = all): string {
  return `[top=${top},left=${all},bottom=${all},right=${all}]`;
}
