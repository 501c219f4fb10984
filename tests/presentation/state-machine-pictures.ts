/** What must be true of every picture of a state machine, read from the definition without the program's own reader. */
import fc from "fast-check";
import { LABEL_HEIGHT, labelWidth } from "../../presentation/state-machine/edge-label.ts";
import type { Point, StateMachineLayout } from "../../presentation/state-machine/layout.ts";
import type { Size } from "../../presentation/state-machine/state-box.ts";

/** Around a centre. */
export interface Box extends Point, Size {}

/** Boxes that only share a side do not touch each other. */
export function touch(one: Box, other: Box): boolean {
  return (
    Math.abs(one.x - other.x) < (one.width + other.width) / 2 &&
    Math.abs(one.y - other.y) < (one.height + other.height) / 2
  );
}

/** Returns the straight parts of an edge as boxes, 1 pixel thick. */
function partsOf(points: readonly Point[]): Box[] {
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

export interface Machine {
  StartAt: string;
  States: Record<string, State>;
}
interface State {
  Type: string;
  Next?: string;
  Default?: string;
  Choices?: { Next: string }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  Retry?: unknown[];
  ItemProcessor?: Machine;
  [field: string]: unknown;
}

/** The test's own reading of a definition: all states, those inside Maps too. */
export function statesOf(machine: Machine): [name: string, state: State][] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.ItemProcessor === undefined ? [] : statesOf(state.ItemProcessor)),
  ]);
}

export function transitionsOf(machine: Machine): string[] {
  return [
    ` -next-> ${machine.StartAt}`,
    ...statesOf(machine).flatMap(([name, { Next, Default, Choices = [], Catch = [] }]) => [
      ...(Next === undefined ? [] : [`${name} -next-> ${Next}`]),
      ...(Default === undefined ? [] : [`${name} -default-> ${Default}`]),
      ...Choices.map((rule) => `${name} -choice-> ${rule.Next}`),
      ...Catch.map((catcher) => `${name} -catch-> ${catcher.Next}`),
    ]),
  ];
}

export function transitionsIn({ edges }: StateMachineLayout): string[] {
  return edges.map(({ from, to, kind }) => `${from} -${kind}-> ${to}`);
}

/** Pairs of boxes that overlap without one being the other's Map, and states that leave their Map's box. */
export function overlaps({ states }: StateMachineLayout): string[] {
  const pairs = states.flatMap((one, index) => states.slice(index + 1).map((other) => [one, other] as const));
  const overlapping = pairs.filter(([one, other]) => touch(one, other) && other.parent !== one.name);
  const outside = states.filter(({ parent, ...box }) => {
    const map = states.find(({ name }) => name === parent);
    if (map === undefined) return false;
    const [dx, dy] = [Math.abs(map.x - box.x), Math.abs(map.y - box.y)];
    return dx + box.width / 2 > map.width / 2 || dy + box.height / 2 > map.height / 2;
  });
  return [...overlapping.map(([one, other]) => `${one.name}/${other.name}`), ...outside.map(({ name }) => name)];
}

function isOnBorder({ x, y, width, height }: Box, point: { x: number; y: number } | undefined): boolean {
  if (point === undefined) return false;
  const [dx, dy] = [Math.abs(point.x - x) - width / 2, Math.abs(point.y - y) - height / 2];
  return Math.abs(Math.max(dx, dy)) < 0.01;
}

/** Edges that do not begin and end at their boxes, slant, leave the picture or pass through a box. */
export function strayEdges({ states, edges, width, height }: StateMachineLayout): string[] {
  const byName = new Map(states.map((state) => [state.name, state]));
  return edges
    .filter(({ from, to, points }) => {
      const [source, target] = [byName.get(from), byName.get(to)];
      if (source === undefined || target === undefined) return true;
      const ends = isOnBorder(source, points[0]) && isOnBorder(target, points.at(-1));
      const inPicture = points.every(({ x, y }) => x > 0 && y > 0 && x < width && y < height);
      const slants = partsOf(points).some((part) => part.width > 1.01 && part.height > 1.01);
      const inner = (part: Box): Box => ({ ...part, width: part.width - 1.02, height: part.height - 1.02 });
      const through = partsOf(points).some((part) =>
        states.some((state) => state.name !== source.parent && touch(inner({ ...part }), inner(state))),
      );
      return !ends || !inPicture || slants || through;
    })
    .map(({ from, to, kind }) => `${from} -${kind}-> ${to}`);
}

/** Labels that touch another label or a box; a Map's box holds the labels inside it. */
export function labelOverlaps({ states, edges }: StateMachineLayout): string[] {
  const labels = edges.flatMap(({ label, labelAt }) =>
    label === undefined || labelAt === undefined
      ? []
      : [{ text: label, ...labelAt, width: labelWidth(label), height: LABEL_HEIGHT }],
  );
  const maps = new Set(states.map(({ parent }) => parent));
  const boxes = states.filter(({ name }) => !maps.has(name));
  return labels
    .filter((one) => [...labels, ...boxes].some((each) => each !== one && touch(one, each)))
    .map(({ text }) => text);
}

/** Machines of a few states that lead anywhere, loops included. */
export function machines(): fc.Arbitrary<Machine> {
  return fc.integer({ min: 1, max: 8 }).chain((count) => {
    const name = fc.integer({ min: 0, max: count - 1 }).map((index) => `State${index}`);
    const caught = fc.array(fc.record({ ErrorEquals: fc.tuple(fc.constantFrom("E", "F")), Next: name }), {
      maxLength: 2,
    });
    const retried = fc.array(fc.constant({}), { maxLength: 1 });
    const inner = { StartAt: "I", States: { I: { Type: "Succeed" } } };
    const state: fc.Arbitrary<State> = fc.oneof(
      fc.record({
        Type: fc.constant("Task"),
        Resource: fc.constantFrom("arn:aws:states:::lambda:invoke", "arn:aws:states:::sqs:sendMessage"),
        Next: name,
        Catch: caught,
        Retry: retried,
      }),
      fc.record({
        Type: fc.constant("Choice"),
        Default: name,
        Choices: fc.array(fc.record({ Variable: fc.constant("$.x"), NumericEquals: fc.nat(9), Next: name }), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
      fc.record({ Type: fc.constant("Wait"), Seconds: fc.nat(99), Next: name }),
      fc.record({ Type: fc.constant("Map"), Comment: fc.string(), ItemProcessor: fc.constant(inner), Next: name }),
      fc.record({ Type: fc.constantFrom("Succeed", "Fail") }),
    );
    return fc.array(state, { minLength: count, maxLength: count }).map((states) =>
      reachable({
        StartAt: "State0",
        States: Object.fromEntries(
          states.map((each, index) => [
            `State${index}`,
            each.ItemProcessor === undefined
              ? each
              : { ...each, ItemProcessor: { StartAt: `I${index}`, States: { [`I${index}`]: { Type: "Succeed" } } } },
          ]),
        ),
      }),
    );
  });
}

/** AWS refuses a machine with states that nothing leads to. */
function reachable(machine: Machine): Machine {
  const reached = new Set([machine.StartAt]);
  for (const name of reached) {
    const { Next, Default, Choices = [], Catch = [] } = machine.States[name] ?? { Type: "Succeed" };
    for (const to of [Next, Default, ...[...Choices, ...Catch].map((rule) => rule.Next)]) {
      if (to !== undefined) reached.add(to);
    }
  }
  return {
    ...machine,
    States: Object.fromEntries(Object.entries(machine.States).filter(([name]) => reached.has(name))),
  };
}
