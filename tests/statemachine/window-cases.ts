/** The state machine's paths for a maintenance window, as data. */
import type { Case } from "./answers.ts";
import { ACCEPTED, CHOSEN, evaluated, GATHERED, INPUT, parked, quarantined, REFUSED, RETURNED } from "./answers.ts";

const END = "MoreOfWindow Done";
const BATCH =
  "AnyInWindow Gather AnyToConfirm Evaluate AllReadyAndValid ChooseSeverity Publish AllPublished MoreOfWindow";
export const WINDOW = { windowExecutionId: "4f7ca192-7e9a-40fe-9192-5cb15EXAMPLE" };
export const TO_WINDOW = "FromWindow LetEventsFinish ResolveWindow";
const TO_EVALUATED = `${TO_WINDOW} AnyInWindow Gather AnyToConfirm Evaluate AllReadyAndValid`;
/** The next batch, and the last: it has no nodes. */
const EMPTY_BATCH = `MoreOfWindow ResolveWindow AnyInWindow ${END}`;
const CURSOR = { ...WINDOW, batches: 1, taskId: "b8f2f0a8-8b4c-4d2e-9f0e-3c6f0EXAMPLE", skip: 1 };
const MORE = { window: { cursor: CURSOR } };
const resolved = (window: object, nodes = 1) => ({ ...INPUT, window, counts: { references: nodes } });
/** Every function passes the window on; the last batch has no cursor. */
const LAST = { window: {} };
const through = (answer: object) => [{ gives: { ...answer, ...MORE } }, { gives: { ...answer, ...LAST } }];

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
    name: "a window whose nodes are not ready continues with the next batch",
    input: WINDOW,
    script: {
      ResolveWindow: [{ gives: resolved(MORE.window) }, { gives: resolved({}, 0) }],
      Gather: [{ gives: { ...GATHERED, ...MORE } }],
      Evaluate: [{ gives: { ...evaluated("notReady"), ...MORE } }],
    },
    path: `${TO_EVALUATED} ReturnToWorkQueue SendToWorkQueue SendToWorkQueue AnyInvalid AnyJudged ${EMPTY_BATCH}`,
    messages: RETURNED,
  },
  {
    name: "a window with a rejected finding continues with the next batch",
    input: WINDOW,
    script: {
      ResolveWindow: [{ gives: resolved(MORE.window) }, { gives: resolved({}, 0) }],
      Gather: [{ gives: { ...GATHERED, ...MORE } }],
      Evaluate: [{ gives: { ...evaluated("judgements"), ...MORE } }],
      ChooseSeverity: [{ gives: { ...CHOSEN, ...MORE } }],
      Publish: [{ gives: { ...REFUSED, ...MORE } }],
    },
    path: `${TO_EVALUATED} ChooseSeverity Publish AllPublished QuarantineRejected SendRejected ${EMPTY_BATCH}`,
    messages: quarantined(REFUSED.rejected),
  },
  {
    name: "a window whose batch is parked continues with the next batch",
    input: WINDOW,
    script: {
      ResolveWindow: [{ gives: resolved(MORE.window) }, { gives: resolved({}, 0) }],
      Gather: [{ fails: "Error" }],
    },
    path: `${TO_WINDOW} AnyInWindow Gather ParkForRedrive ${EMPTY_BATCH}`,
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
