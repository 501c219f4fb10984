/** Which transitions of a state machine are its main way from top to bottom, and which lead back up. */
import type { StateMachineGraph, Transition } from "./graph.ts";

/** @returns the transitions (catches aside) that close a loop */
export function returns(graph: StateMachineGraph): ReadonlySet<Transition> {
  const back = new Set<Transition>();
  const finished = new Set<string>();
  const open = new Set<string>();
  const walk = (name: string): void => {
    open.add(name);
    for (const transition of graph.transitions.filter(({ from, kind }) => from === name && kind !== "catch")) {
      if (open.has(transition.to)) back.add(transition);
      else if (!finished.has(transition.to)) walk(transition.to);
    }
    open.delete(name);
    finished.add(name);
  };
  for (const name of [graph.startAt, ...graph.states.map((state) => state.name)]) {
    if (!finished.has(name)) walk(name);
  }
  return back;
}

/**
 * For each state that catches lead to, the last of these catches, where it does not close a loop.
 *
 * @param forward transitions without loops
 */
export function lastCatches(caught: readonly Transition[], forward: readonly Transition[]): Transition[] {
  const last = new Map(caught.map((each) => [each.to, each]));
  const chosen: Transition[] = [];
  for (const each of last.values()) {
    if (!leadsTo(each.to, each.from, [...forward, ...chosen])) chosen.push(each);
  }
  return chosen;
}

function leadsTo(from: string, to: string, transitions: readonly Transition[]): boolean {
  const reached = new Set([from]);
  for (const name of reached) {
    for (const next of transitions) if (next.from === name) reached.add(next.to);
  }
  return reached.has(to);
}

/**
 * The way through the most functions, and among those the one through the fewest other states.
 *
 * @param forward transitions without loops
 */
export function mainWay(graph: StateMachineGraph, forward: readonly Transition[]): Transition[] {
  const functions = new Set(graph.states.filter(({ kind }) => kind === "function").map(({ name }) => name));
  const known = new Map<string, { readonly worth: number; readonly way: Transition[] }>();
  const best = (name: string): { readonly worth: number; readonly way: Transition[] } => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const ways = forward
      .filter(({ from }) => from === name)
      .map((transition) => ({ worth: best(transition.to).worth, way: [transition, ...best(transition.to).way] }));
    const [onward = { worth: 0, way: [] }] = ways.sort((one, other) => other.worth - one.worth);
    const own = functions.has(name) ? graph.states.length : -1;
    const result = { worth: onward.worth + own, way: onward.way };
    known.set(name, result);
    return result;
  };
  return best(graph.startAt).way;
}
