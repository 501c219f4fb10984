/** The functions' answers in the state machine's cases (Publish's come from its code), and the messages that follow. */
import { DEFAULT_POLICIES } from "../../contract/policies.ts";
import type { NodeReference } from "../../functions/work/node-reference.ts";
import { NO_METRICS } from "../doubles/counters.ts";
import { destinationOn } from "../doubles/partial-hub.ts";
import { sendingTo } from "../doubles/sent-on.ts";
import { quarantineNode } from "../../functions/work/quarantine.ts";
import type { Judgement } from "../../functions/compliance/verdict.ts";
import type { ChooseSeverityOutput } from "../../functions/choose-severity.ts";
import type { EvaluateOutput } from "../../functions/evaluate.ts";
import type { GatherOutput } from "../../functions/gather.ts";
import { run as publish } from "../../functions/publish.ts";
import { EXECUTION, type Message, type Script } from "./asl-runner.ts";
import { rated } from "../fixtures/node-fixtures.ts";

const node = (letter: string): NodeReference => ({ nodeId: `i-${letter.repeat(17)}`, attempts: 0 });
export const JUDGED = node("a");
export const LATE = node("b");
const LATER = { ...node("c"), attempts: 3 };
const ODD = node("d");
/** The execution's input. */
export const INPUT = { references: [JUDGED, LATE, LATER, ODD] };

export const GATHERED: GatherOutput = { ...INPUT, readings: [], askEc2: [], counts: { askEc2: 0 } };
/** Two nodes that EC2 must confirm. */
export const DOUBTED: GatherOutput = {
  ...GATHERED,
  askEc2: [{ nodeId: JUDGED.nodeId }, { nodeId: LATE.nodeId }],
  counts: { askEc2: 2 },
};
/** EC2's answers for a running instance, and for an unknown one. */
export const RUNNING = { Reservations: [{ Instances: [{ InstanceId: JUDGED.nodeId, State: { Name: "running" } }] }] };
export const NOBODY = { Reservations: [] };
const { severity, ...JUDGEMENT } = rated(undefined, "noncompliant", { nodeId: JUDGED.nodeId });
export const NOT_READY = [
  { delaySeconds: 15, references: [{ ...LATE, attempts: 1 }] },
  { delaySeconds: 240, references: [{ ...LATER, attempts: 4 }] },
];
export const INVALID = [quarantineNode(ODD, "no patch compliance data")];

export type Group = "judgements" | "notReady" | "invalid";
export function evaluated(...groups: Group[]): EvaluateOutput {
  const some = <T>(group: Group, items: readonly T[]): readonly T[] => (groups.includes(group) ? items : []);
  const judgements = some<Judgement>("judgements", [JUDGEMENT]);
  const notReady = some("notReady", NOT_READY);
  const invalid = some("invalid", INVALID);
  const counts = { judgements: judgements.length, notReady: notReady.length, invalid: invalid.length };
  return { references: INPUT.references, judgements, notReady, invalid, counts };
}
export const CHOSEN: ChooseSeverityOutput = { references: [JUDGED], judgements: [{ ...JUDGEMENT, severity }] };
/** Returns Publish's real answer, so that the states after it are tested with its real fields. */
const published = (refusal?: string) =>
  publish(CHOSEN, {
    ...sendingTo(),
    destination: destinationOn({
      findings: () => Promise.resolve([]),
      importFindings: (findings) =>
        Promise.resolve(
          refusal === undefined ? [] : findings.map(({ Id: id }) => ({ id, retryable: false, message: refusal })),
        ),
      updateWorkflow: () => Promise.resolve([]),
    }),
    logger: { info: () => undefined, warn: () => undefined },
    counter: NO_METRICS,
    now: () => new Date(0),
    planOnly: false,
    policies: DEFAULT_POLICIES,
  });
export const ACCEPTED = await published();
export const REFUSED = await published("Finding does not adhere to Amazon Finding Format");

export const parked = (references: readonly NodeReference[], reason: string): Message => ({
  queue: "Outage",
  body: { references, reason, execution: EXECUTION },
});
export const RETURNED: Message[] = NOT_READY.map(({ delaySeconds, references }) => ({
  queue: "Work",
  body: { references },
  delay: delaySeconds,
}));
export const quarantined = (entries: readonly object[]): Message[] =>
  entries.map((body) => ({ queue: "Quarantine" as const, body }));

export interface Case {
  readonly name: string;
  /** Default: `INPUT`. */
  readonly input?: object;
  readonly script: Script;
  /** States entered, in order. */
  readonly path: string;
  readonly messages: readonly Message[];
  /** The error of an execution that fails. */
  readonly error?: string;
  readonly retries?: number;
  /** EC2's answers, as Evaluate receives them. */
  readonly answers?: readonly object[];
}
