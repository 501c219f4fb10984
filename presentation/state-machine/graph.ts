/** What a picture of a state machine needs of its definition in Amazon States Language: the states and what joins them. */
import { z } from "zod";
import { conditionInWords } from "./choice-condition.ts";

export type StateKind = "function" | "queue" | "question" | "map" | "pass" | "choice" | "wait" | "end" | "start";
type TransitionKind = "next" | "choice" | "default" | "catch";

export interface GraphState {
  readonly name: string;
  /** The ASL Type. */
  readonly type: string;
  readonly kind: StateKind;
  readonly comment?: string;
  /** What a Wait waits for; empty for other states. */
  readonly waits: string;
  /** How many rules for retries the state has. */
  readonly retriers: number;
  /** What a Map runs for each item. */
  readonly inner?: StateMachineGraph;
}

export interface Transition {
  readonly from: string;
  readonly to: string;
  readonly kind: TransitionKind;
  /** A choice's condition in words, or the names of the errors that are caught. */
  readonly label?: string;
}

export interface StateMachineGraph {
  readonly startAt: string;
  readonly states: readonly GraphState[];
  readonly transitions: readonly Transition[];
}

const TYPES = ["Choice", "Fail", "Map", "Pass", "Succeed", "Task", "Wait"] as const;

const RESOURCE_KINDS: Readonly<Record<string, StateKind>> = {
  "lambda:invoke": "function",
  "sqs:sendMessage": "queue",
  "aws-sdk:ec2:describeInstances": "question",
};

const stateSchema = z.looseObject({
  Type: z.string(),
  Comment: z.string().optional(),
  Resource: z.string().optional(),
  Seconds: z.number().optional(),
  Next: z.string().optional(),
  Default: z.string().optional(),
  Choices: z.array(z.looseObject({ Next: z.string() })).default([]),
  Retry: z.array(z.unknown()).default([]),
  Catch: z.array(z.looseObject({ ErrorEquals: z.array(z.string()), Next: z.string() })).default([]),
  ItemProcessor: z.unknown().optional(),
});
type State = z.infer<typeof stateSchema>;

const machineSchema = z.looseObject({ StartAt: z.string(), States: z.record(z.string().min(1), stateSchema) });

/**
 * @param definition a parsed definition, with or without its placeholders' values
 * @throws {Error} what is not a state machine, what leads nowhere or is never reached, and types and resources that nobody has drawn yet
 */
export function readStateMachine(definition: unknown): StateMachineGraph {
  const parsed = machineSchema.safeParse(definition);
  if (!parsed.success) throw new Error(`not a state machine's definition: ${z.prettifyError(parsed.error)}`);
  const { StartAt: startAt, States } = parsed.data;
  const states = Object.entries(States);
  const transitions = states.flatMap(([name, state]) => transitionsOf(name, state));
  for (const { from, to } of [{ from: "StartAt", to: startAt }, ...transitions]) {
    if (!Object.hasOwn(States, to)) throw new Error(`${from} leads to ${JSON.stringify(to)}, which is no state`);
  }
  const reached = new Set([startAt]);
  for (const name of reached) transitions.forEach(({ from, to }) => from === name && reached.add(to));
  const lost = states.find(([name]) => !reached.has(name));
  if (lost !== undefined) throw new Error(`nothing leads to the state ${lost[0]}`);
  return { startAt, states: states.map(([name, state]) => graphState(name, state)), transitions };
}

function graphState(name: string, state: State): GraphState {
  return {
    name,
    type: state.Type,
    kind: kindOf(name, state),
    ...(state.Comment === undefined ? {} : { comment: state.Comment }),
    waits: state.Seconds === undefined ? "" : `Waits ${state.Seconds} s.`,
    retriers: state.Retry.length,
    ...(state.Type === "Map" ? { inner: readStateMachine(state.ItemProcessor) } : {}),
  };
}

function kindOf(name: string, { Type: type, Resource: resource = "" }: State): StateKind {
  const known = TYPES.find((each) => each === type);
  switch (known) {
    case "Choice":
      return "choice";
    case "Wait":
      return "wait";
    case "Map":
      return "map";
    case "Pass":
      return "pass";
    case "Succeed":
    case "Fail":
      return "end";
    case "Task": {
      const kind = RESOURCE_KINDS[resource.replace(/^arn:[\w-]+:states:::/, "")];
      if (kind !== undefined) return kind;
      const drawn = Object.keys(RESOURCE_KINDS).join(", ");
      throw new Error(`state ${name} has the Resource ${JSON.stringify(resource)}; the picture knows ${drawn}`);
    }
    case undefined:
      throw new Error(`state ${name} has the Type ${JSON.stringify(type)}; the picture knows ${TYPES.join(", ")}`);
  }
}

function transitionsOf(from: string, state: State): Transition[] {
  const next = state.Next === undefined ? [] : [{ from, to: state.Next, kind: "next" as const }];
  const otherwise =
    state.Default === undefined ? [] : [{ from, to: state.Default, kind: "default" as const, label: "otherwise" }];
  return [
    ...next,
    ...state.Choices.map((rule) => ({ from, to: rule.Next, kind: "choice" as const, label: conditionInWords(rule) })),
    ...otherwise,
    ...state.Catch.map((catcher) => ({
      from,
      to: catcher.Next,
      kind: "catch" as const,
      label: catcher.ErrorEquals.join(", ").replace("States.ALL", "any error"),
    })),
  ];
}
