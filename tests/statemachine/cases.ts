/** The state machine's paths as data: the functions' answers, the states entered, the messages sent. */
import type { NodeReference } from "../../functions/work/node-reference.ts";
import type { Message, Script } from "./asl-runner.ts";
import { ON_FUNCTIONS, ON_QUEUES } from "./errors.ts";
import { ec2Paths } from "./ec2-cases.ts";
import { TO_WINDOW, WINDOW, WINDOW_BATCH, WINDOW_NODES, WINDOW_PATHS } from "./window-cases.ts";
import {
  ACCEPTED,
  type Case,
  CHOSEN,
  evaluated,
  GATHERED,
  INPUT,
  INVALID,
  JUDGED,
  LATE,
  NOT_READY,
  parked,
  quarantined,
  REFUSED,
  RETURNED,
  type Group,
} from "./answers.ts";

const evaluates = (...groups: Group[]): Script => ({
  Gather: [{ gives: GATHERED }],
  Evaluate: [{ gives: evaluated(...groups) }],
});
const chooses: Script = { ...evaluates("judgements"), ChooseSeverity: [{ gives: CHOSEN }] };
const publishes: Script = { ...chooses, Publish: [{ gives: ACCEPTED }] };
const refuses: Script = { ...chooses, Publish: [{ gives: REFUSED }] };
const START = "Gather ReadyToEvaluate Evaluate AllReadyAndValid";
const TO_PUBLISH = `${START} ChooseSeverity Publish`;
const FROM_EVALUATE = "Evaluate AllReadyAndValid ChooseSeverity Publish";
const END = "Done";
const PARK = `ParkForRedrive MoreOfWindow ${END}`;
const PARK_OF_WINDOW = `ParkForRedrive MoreOfWindow LetFindingsArrive ${END}`;
const PATHS: readonly Case[] = [
  { name: "every node is judged", script: publishes, path: TO_PUBLISH, messages: [] },
  {
    name: "Security Hub refuses a finding: Publish itself has sent it to the quarantine queue",
    script: refuses,
    path: TO_PUBLISH,
    messages: [],
  },
  {
    name: "judged, late and odd nodes in one batch",
    script: { ...publishes, ...evaluates("judgements", "notReady", "invalid") },
    path: `${START} ReturnToWorkQueue SendToWorkQueue SendToWorkQueue AnyInvalid QuarantineInvalid SendInvalid AnyJudged ChooseSeverity Publish`,
    messages: [...RETURNED, ...quarantined(INVALID)],
  },
  {
    name: "only late nodes",
    script: evaluates("notReady"),
    path: `${START} ReturnToWorkQueue SendToWorkQueue SendToWorkQueue AnyInvalid AnyJudged ${END}`,
    messages: RETURNED,
  },
  {
    name: "only odd nodes",
    script: evaluates("invalid"),
    path: `${START} AnyInvalid QuarantineInvalid SendInvalid AnyJudged ${END}`,
    messages: quarantined(INVALID),
  },
  { name: "no nodes", script: evaluates(), path: `${START} AnyInvalid AnyJudged ${END}`, messages: [] },
  {
    name: "one of two messages cannot be sent: what was sent stays sent, and all nodes are read again",
    script: {
      ...evaluates("notReady"),
      SendToWorkQueue: [{ fails: "SQS.SdkClientException", times: 7, of: LATE.nodeId }],
    },
    path: `${START} ReturnToWorkQueue SendToWorkQueue SendToWorkQueue ${PARK}`,
    messages: [...RETURNED.slice(1), parked(INPUT.references, "SQS.SdkClientException")],
    retries: 6,
  },
  {
    name: "each retrier counts for itself",
    script: {
      ...publishes,
      Publish: [
        { fails: "SecurityHubUnavailable", times: 4 },
        { fails: "SecurityHubThrottled", times: 5 },
        { fails: "Lambda.ServiceException", times: 3 },
        { fails: "Lambda.TooManyRequestsException", times: 2 },
        { fails: "Sandbox.Timedout" },
        { fails: "States.Timeout" },
        { gives: ACCEPTED },
      ],
    },
    path: TO_PUBLISH,
    messages: [],
    retries: 16,
  },
  {
    name: "a function that never answers",
    script: { Gather: [{ hangs: true, times: 3 }] },
    path: `Gather CanPark ${PARK}`,
    messages: [parked(INPUT.references, "States.Timeout")],
    retries: 2,
  },
];

/** A state that can fail: the path to it, the path from it, and the nodes that are parked if it fails for good. */
interface Station {
  readonly input?: object;
  readonly state: string;
  readonly script: Script;
  readonly to: string;
  readonly on: string;
  /** Messages sent before this state, and by it. */
  readonly before?: readonly Message[];
  readonly sends?: readonly Message[];
  /** Undefined if nothing can be parked: the execution fails. */
  readonly parks?: readonly NodeReference[];
}

type Retries = readonly { readonly errors: readonly string[]; readonly attempts: number }[];
const late = {
  ...evaluates("notReady"),
  Evaluate: [{ gives: { ...evaluated("notReady"), notReady: NOT_READY.slice(1) } }],
};

const STATIONS: readonly (Station & { readonly retries: Retries })[] = [
  {
    state: "ResolveWindow",
    input: WINDOW,
    script: {
      Gather: [{ gives: WINDOW }],
      ResolveWindow: [{ gives: { references: [], window: {}, counts: { references: 0 } } }],
    },
    to: TO_WINDOW,
    on: `AnyInWindow MoreOfWindow LetFindingsArrive ${END}`,
    retries: [
      { errors: ["SystemsManagerThrottled"], attempts: 6 },
      { errors: ["SystemsManagerUnavailable"], attempts: 5 },
      ...ON_FUNCTIONS,
    ],
  },
  {
    state: "Gather",
    script: publishes,
    to: "Gather",
    on: `ReadyToEvaluate ${FROM_EVALUATE}`,
    parks: INPUT.references,
    retries: [
      { errors: ["SystemsManagerThrottled"], attempts: 6 },
      { errors: ["SystemsManagerUnavailable"], attempts: 5 },
      { errors: ["SecurityHubThrottled"], attempts: 0 },
      ...ON_FUNCTIONS,
    ],
  },
  {
    state: "Evaluate",
    script: publishes,
    to: "Gather ReadyToEvaluate Evaluate",
    on: "AllReadyAndValid ChooseSeverity Publish",
    parks: INPUT.references,
    retries: ON_FUNCTIONS,
  },
  {
    state: "SendToWorkQueue",
    script: late,
    to: `${START} ReturnToWorkQueue SendToWorkQueue`,
    on: `AnyInvalid AnyJudged ${END}`,
    sends: RETURNED.slice(1),
    parks: INPUT.references,
    retries: ON_QUEUES,
  },
  {
    state: "SendInvalid",
    script: evaluates("invalid"),
    to: `${START} AnyInvalid QuarantineInvalid SendInvalid`,
    on: `AnyJudged ${END}`,
    sends: quarantined(INVALID),
    parks: INPUT.references,
    retries: ON_QUEUES,
  },
  {
    state: "ChooseSeverity",
    script: { ...publishes, ...evaluates("judgements", "invalid") },
    to: `${START} AnyInvalid QuarantineInvalid SendInvalid AnyJudged ChooseSeverity`,
    on: "Publish",
    before: quarantined(INVALID),
    parks: INPUT.references,
    retries: ON_FUNCTIONS,
  },
  {
    state: "Publish",
    script: publishes,
    to: TO_PUBLISH,
    on: "",
    parks: [JUDGED],
    retries: [
      { errors: ["SecurityHubThrottled"], attempts: 5 },
      { errors: ["SecurityHubUnavailable", "FindingsNotAccepted", "QueueUnavailable"], attempts: 4 },
      { errors: ["SecurityHubNotEnabled", "FindingsRefusedAlike", "SystemsManagerThrottled"], attempts: 0 },
      ...ON_FUNCTIONS,
    ],
  },
  {
    state: "SendWindowNodes",
    input: WINDOW,
    script: WINDOW_BATCH,
    to: `${TO_WINDOW} AnyInWindow SendWindowNodes`,
    on: `MoreOfWindow LetFindingsArrive ${END}`,
    sends: WINDOW_NODES,
    parks: INPUT.references,
    retries: ON_QUEUES,
  },
  {
    state: "ParkForRedrive",
    script: { Gather: [{ fails: "Error" }] },
    to: "Gather CanPark ParkForRedrive",
    on: `MoreOfWindow ${END}`,
    sends: [parked(INPUT.references, "Error")],
    retries: ON_QUEUES,
  },
];

/** The states from the failure of a state until its nodes are parked, and on. */
const parkFrom = (state: string, input: object | undefined): string =>
  input === WINDOW ? PARK_OF_WINDOW : state === "Gather" ? `CanPark ${PARK}` : PARK;

/** Returns two cases per error: the last retry succeeds, and the last retry fails. */
function casesOf(station: Station, error: string, attempts: number): Case[] {
  const { input, state, script, to, on, before = [], sends = [], parks } = station;
  const given = input === undefined ? {} : { input };
  const fails = (times: number, ...after: Script[string]): Script => {
    // If the state fails for good, the states after it are not called, so the script must not mention them.
    const reached = Object.entries(script).filter(([name]) => after.length > 0 || to.split(" ").includes(name));
    const failures = times > 0 ? [{ fails: error, times }] : [];
    return { ...Object.fromEntries(reached), [state]: [...failures, ...after] };
  };
  const answers = script[state] ?? [{ gives: null }];
  const exhausted: Case = {
    ...given,
    name: `${state} fails with ${error} for good`,
    script: fails(attempts + 1),
    path: parks === undefined ? to : `${to} ${parkFrom(state, input)}`,
    messages: parks === undefined ? before : [...before, parked(parks, error)],
    ...(parks === undefined && { error }),
    retries: attempts,
  };
  if (attempts === 0) return [exhausted];
  return [
    {
      ...given,
      name: `${state} fails with ${error} ${attempts} times, and then works`,
      script: fails(attempts, ...answers),
      path: `${to} ${on}`.trim(),
      messages: [...before, ...sends],
      retries: attempts,
    },
    exhausted,
  ];
}

export const CASES: readonly Case[] = [
  ...PATHS,
  ...WINDOW_PATHS,
  ...ec2Paths(publishes, FROM_EVALUATE),
  ...STATIONS.flatMap((station) =>
    station.retries.flatMap(({ errors, attempts }) => errors.flatMap((error) => casesOf(station, error, attempts))),
  ),
];
