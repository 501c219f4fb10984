/** The state machine's paths for a maintenance window, as data. */
import type { Case } from "./answers.ts";
import { ACCEPTED, CHOSEN, evaluated, GATHERED, INPUT, parked } from "./answers.ts";

const END = "MoreOfWindow Done";
const BATCH =
  "AnyInWindow Gather AnyToConfirm Evaluate AnyNotReady AnyInvalid AnyJudged ChooseSeverity Publish AnyRejected MoreOfWindow";
export const WINDOW = { windowExecutionId: "4f7ca192-7e9a-40fe-9192-5cb15EXAMPLE" };
export const TO_WINDOW = "FromWindow LetEventsFinish ResolveWindow";
const CURSOR = { ...WINDOW, batches: 1, taskId: "b8f2f0a8-8b4c-4d2e-9f0e-3c6f0EXAMPLE", skip: 1 };
const MORE = { window: { cursor: CURSOR } };
const resolved = (window: object, nodes = 1) => ({ ...INPUT, window, counts: { references: nodes } });
const through = (answer: object) => [{ gives: { ...answer, ...MORE } }, { gives: answer }];

export const WINDOW_PATHS: readonly Case[] = [
  {
    name: "a maintenance window, in two batches",
    input: WINDOW,
    script: {
      ResolveWindow: [{ gives: resolved(MORE.window) }, { gives: resolved({}) }],
      Gather: through(GATHERED),
      Evaluate: through(evaluated("judgements")),
      ChooseSeverity: through(CHOSEN),
      Publish: through(ACCEPTED),
    },
    path: `${TO_WINDOW} ${BATCH} ResolveWindow ${BATCH} Done`,
    messages: [],
  },
  {
    name: "a window whose batch is parked goes on with the next",
    input: WINDOW,
    script: {
      ResolveWindow: [{ gives: resolved(MORE.window) }, { gives: resolved({}, 0) }],
      Gather: [{ fails: "Error" }],
    },
    path: `${TO_WINDOW} AnyInWindow Gather ParkForRedrive MoreOfWindow ResolveWindow AnyInWindow ${END}`,
    messages: [parked(INPUT.references, "Error")],
  },
  {
    name: "a window that patched nothing",
    input: WINDOW,
    script: { ResolveWindow: [{ gives: { references: [], window: {}, counts: { references: 0 } } }] },
    path: `${TO_WINDOW} AnyInWindow ${END}`,
    messages: [],
  },
];
