/** Which transitions of a state machine are its main path from top to bottom, and which lead back up. */
import type { StateMachineGraph, Transition } from "./graph.ts";

/** Returns the transitions, without catches, that close a loop. */
export function loopingTransitions(graph: StateMachineGraph): ReadonlySet<Transition> {
  const looping = new Set<Transition>();
  const finished = new Set<string>();
  const open = new Set<string>();
  const walk = (name: string): void => {
    open.add(name);
    for (const transition of graph.transitions.filter(({ from, kind }) => from === name && kind !== "catch")) {
      if (open.has(transition.to)) looping.add(transition);
      else if (!finished.has(transition.to)) walk(transition.to);
    }
    open.delete(name);
    finished.add(name);
  };
  for (const name of [graph.startAt, ...graph.states.map((state) => state.name)]) {
    if (!finished.has(name)) walk(name);
  }
  return looping;
}

interface Path {
  readonly worth: number;
  readonly transitions: readonly Transition[];
}

/**
 * Returns the path through the most functions, and among those the one through the fewest other states.
 *
 * @param forward transitions without loops
 */
export function mainPath(graph: StateMachineGraph, forward: readonly Transition[]): readonly Transition[] {
  const functions = new Set(graph.states.filter(({ kind }) => kind === "function").map(({ name }) => name));
  const known = new Map<string, Path>();
  const best = (name: string): Path => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const paths = forward
      .filter(({ from }) => from === name)
      .map((transition) => ({ transition, rest: best(transition.to) }));
    const [onward] = paths.toSorted((one, other) => other.rest.worth - one.rest.worth);
    const own = functions.has(name) ? graph.states.length : -1;
    const path = {
      worth: (onward?.rest.worth ?? 0) + own,
      transitions: onward === undefined ? [] : [onward.transition, ...onward.rest.transitions],
    };
    known.set(name, path);
    return path;
  };
  return best(graph.startAt).transitions;
}
