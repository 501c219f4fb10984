/** The state machine's paths for a maintenance window, as data. */
import type { Message, Script } from "./asl-runner.ts";
import { INPUT, type Case } from "./answers.ts";

export const WINDOW = { windowExecutionId: "4f7ca192-7e9a-40fe-9192-5cb15EXAMPLE" };
export const TO_WINDOW = "Gather ReadyToEvaluate LetEventsFinish ResolveWindow";
const CURSOR = { ...WINDOW, batches: 1, taskId: "b8f2f0a8-8b4c-4d2e-9f0e-3c6f0EXAMPLE", skip: 1 };
const MORE = { cursor: CURSOR };
const resolved = (window: object, references: readonly object[] = INPUT.references) => {
  return { gives: { references, window, counts: { references: references.length } } };
};
const passed = { Gather: [{ gives: WINDOW }] };

/** A window of one batch, and the message with its nodes. */
export const WINDOW_BATCH: Script = { ...passed, ResolveWindow: [resolved({})] };
export const WINDOW_NODES: readonly Message[] = [{ queue: "Work", body: INPUT }];

export const WINDOW_PATHS: readonly Case[] = [
  {
    name: "a maintenance window, in two batches",
    input: WINDOW,
    script: { ...passed, ResolveWindow: [resolved(MORE), resolved({})] },
    path: `${TO_WINDOW} AnyInWindow SendWindowNodes MoreOfWindow ResolveWindow AnyInWindow SendWindowNodes MoreOfWindow LetFindingsArrive Done`,
    messages: [...WINDOW_NODES, ...WINDOW_NODES],
  },
  {
    name: "a window whose first batch has no nodes",
    input: WINDOW,
    script: { ...passed, ResolveWindow: [resolved(MORE, []), resolved({})] },
    path: `${TO_WINDOW} AnyInWindow MoreOfWindow ResolveWindow AnyInWindow SendWindowNodes MoreOfWindow LetFindingsArrive Done`,
    messages: WINDOW_NODES,
  },
  {
    name: "a window whose execution cannot invoke Gather: it fails with that reason",
    input: WINDOW,
    script: { Gather: [{ fails: "Lambda.TooManyRequestsException", times: 6 }] },
    path: "Gather CanPark WindowFailed",
    messages: [],
    error: "Lambda.TooManyRequestsException",
    retries: 5,
  },
  {
    name: "a window that patched nothing",
    input: WINDOW,
    script: { ...passed, ResolveWindow: [resolved({}, [])] },
    path: `${TO_WINDOW} AnyInWindow MoreOfWindow LetFindingsArrive Done`,
    messages: [],
  },
];
