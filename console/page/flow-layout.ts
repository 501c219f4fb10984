/** The boxes and edges of the flow diagram, with one layout for wide screens and one for phones. */
import { counted, nounFor } from "../../contract/counted.ts";
import type { FindingsState, ProgramState, QueueName } from "../api.ts";

/** What the picture shows. */
export interface Flow extends ProgramState {
  readonly findings: FindingsState;
}

type BoxName =
  | "events"
  | "rules"
  | "work"
  | "dispatch"
  | "gather"
  | "evaluate"
  | "chooseSeverity"
  | "publish"
  | "hub"
  | "outage"
  | "quarantine"
  | "redrive"
  | "sweep";

export interface Box {
  readonly name: BoxName;
  readonly label: string;
  readonly kind: "outside" | "queue" | "step";
  /** Undefined if it is not known. */
  readonly count: (flow: Flow) => number | undefined;
  readonly unit: (flow: Flow) => string;
  /** The queue whose messages a click opens. */
  readonly queue?: QueueName;
  /** A class for the style, such as `unavailable`. */
  readonly state?: (flow: Flow) => string;
}

const entered = (state: string) => (flow: Flow) => flow.states && (flow.states[state]?.entered ?? 0);
const inState = (state: string) => (flow: Flow) => {
  const { now = 0, entered: batches = 0 } = flow.states?.[state] ?? {};
  const noun = nounFor(batches, "batch", "batches");
  return now === 0 ? noun : `${noun}, ${now} running`;
};
const waiting = (name: QueueName) => (flow: Flow) => {
  const queue = flow.queues[name];
  return queue && queue.waiting + queue.inFlight;
};
/** Says how many nodes are in the messages. One message can hold several. */
const messages = (name: QueueName) => (flow: Flow) => {
  const { nodes, inFlight = 0 } = flow.queues[name] ?? {};
  const noun = nounFor(waiting(name)(flow) ?? 0, "message");
  if (nodes !== undefined && nodes > 0) return `${noun}, ${counted(nodes, "node")}`;
  return inFlight === 0 ? noun : `${noun}, ${inFlight} in flight`;
};
const runs = (name: keyof NonNullable<Flow["invocations"]>) => (flow: Flow) =>
  nounFor(flow.invocations?.[name] ?? 0, "run");
/** Batches that were parked and no longer wait. */
const redriven = (flow: Flow): number =>
  Math.max(0, (entered("ParkForRedrive")(flow) ?? 0) - (waiting("outage")(flow) ?? 0));
const open = ({ findings }: Flow): number => Object.values(findings.open).reduce((sum, count) => sum + count, 0);
const filled = (name: QueueName) => (flow: Flow) => ((waiting(name)(flow) ?? 0) > 0 ? "filled" : "");

export const BOXES: readonly Box[] = [
  {
    name: "events",
    label: "Event bus",
    kind: "outside",
    count: (flow) => flow.events?.put,
    unit: ({ events }) => nounFor(events?.put ?? 0, "event"),
  },
  { name: "rules", label: "Rules", kind: "step", count: (flow) => flow.events?.matched, unit: () => "matched" },
  { name: "work", label: "Work queue", kind: "queue", queue: "work", count: waiting("work"), unit: messages("work") },
  {
    name: "dispatch",
    label: "dispatch",
    kind: "step",
    count: (flow) => flow.invocations?.dispatch,
    unit: runs("dispatch"),
  },
  { name: "gather", label: "Gather", kind: "step", count: entered("Gather"), unit: inState("Gather") },
  { name: "evaluate", label: "Evaluate", kind: "step", count: entered("Evaluate"), unit: inState("Evaluate") },
  {
    name: "chooseSeverity",
    label: "ChooseSeverity",
    kind: "step",
    count: entered("ChooseSeverity"),
    unit: inState("ChooseSeverity"),
  },
  { name: "publish", label: "Publish", kind: "step", count: entered("Publish"), unit: inState("Publish") },
  {
    name: "hub",
    label: "Security Hub",
    kind: "outside",
    count: open,
    unit: (flow) => (flow.hubAnswers !== false ? nounFor(open(flow), "open finding") : "unavailable"),
    state: (flow) => (flow.hubAnswers !== false ? "" : "unavailable"),
  },
  {
    name: "outage",
    label: "Outage queue",
    kind: "queue",
    queue: "outage",
    count: waiting("outage"),
    unit: messages("outage"),
    state: filled("outage"),
  },
  {
    name: "quarantine",
    label: "Quarantine",
    kind: "queue",
    queue: "quarantine",
    count: waiting("quarantine"),
    unit: messages("quarantine"),
    state: filled("quarantine"),
  },
  {
    name: "redrive",
    label: "redrive",
    kind: "step",
    count: (flow) => flow.invocations?.redrive,
    unit: runs("redrive"),
  },
  { name: "sweep", label: "sweep", kind: "step", count: (flow) => flow.invocations?.sweep, unit: runs("sweep") },
];

type EdgeName =
  | "put"
  | "sent"
  | "received"
  | "started"
  | "gathered"
  | "evaluated"
  | "severityChosen"
  | "imported"
  | "notReady"
  | "invalid"
  | "rejected"
  | "parked"
  | "fetched"
  | "returned"
  | "swept";

interface Edge {
  readonly name: EdgeName;
  readonly kind: "main" | "side";
  readonly label?: string;
  /** A change of this count animates the edge. */
  /** Undefined if it is not known. */
  readonly count: (flow: Flow) => number | undefined;
}

export const EDGES: readonly Edge[] = [
  { name: "put", kind: "main", count: (flow) => flow.events?.put },
  { name: "sent", kind: "main", count: (flow) => flow.events?.matched },
  { name: "received", kind: "main", count: (flow) => flow.invocations?.dispatch },
  { name: "started", kind: "main", count: entered("Gather") },
  { name: "gathered", kind: "main", count: entered("Evaluate") },
  { name: "evaluated", kind: "main", count: entered("ChooseSeverity") },
  { name: "severityChosen", kind: "main", count: entered("Publish") },
  { name: "imported", kind: "main", count: (flow) => flow.hubCalls },
  { name: "notReady", kind: "side", label: "not ready", count: entered("ReturnToWorkQueue") },
  { name: "invalid", kind: "side", label: "invalid", count: entered("QuarantineInvalid") },
  { name: "rejected", kind: "side", label: "rejected", count: (flow) => flow.rejected },
  { name: "parked", kind: "side", label: "Security Hub unavailable", count: entered("ParkForRedrive") },
  { name: "fetched", kind: "side", count: redriven },
  { name: "returned", kind: "side", label: "redriven", count: redriven },
  { name: "swept", kind: "side", label: "all nodes", count: (flow) => flow.invocations?.sweep },
];

interface Path {
  /** An SVG path of straight lines. The arrow head takes its direction from the last one. */
  readonly d: string;
  readonly at?: readonly [x: number, y: number];
  readonly anchor?: "start" | "middle" | "end";
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly box: { readonly width: number; readonly height: number };
  readonly machine: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly machineName: readonly [x: number, y: number];
  /** Whether its counts are on a separate line. */
  readonly breaksName?: true;
  /** Centres of the boxes. */
  readonly boxes: Readonly<Record<BoxName, readonly [x: number, y: number]>>;
  readonly edges: Readonly<Record<EdgeName, Path>>;
}

export const WIDE: Layout = {
  width: 1280,
  height: 400,
  box: { width: 116, height: 66 },
  machine: { x: 574, y: 62, width: 562, height: 118 },
  machineName: [772, 80],
  boxes: {
    events: [66, 130],
    rules: [208, 130],
    work: [350, 130],
    dispatch: [492, 130],
    gather: [644, 130],
    evaluate: [784, 130],
    chooseSeverity: [924, 130],
    publish: [1064, 130],
    hub: [1214, 130],
    outage: [1064, 334],
    quarantine: [854, 258],
    redrive: [540, 334],
    sweep: [208, 258],
  },
  edges: {
    put: { d: "M124 130L150 130" },
    sent: { d: "M266 130L292 130" },
    received: { d: "M408 130L434 130" },
    started: { d: "M550 130L586 130" },
    gathered: { d: "M702 130L726 130" },
    evaluated: { d: "M842 130L866 130" },
    severityChosen: { d: "M982 130L1006 130" },
    imported: { d: "M1122 130L1156 130" },
    notReady: { d: "M760 97L760 32L350 32L350 97", at: [555, 25] },
    invalid: { d: "M820 163L820 225", at: [814, 204], anchor: "end" },
    rejected: { d: "M1030 163L1030 258L912 258", at: [970, 250] },
    parked: { d: "M1090 163L1090 301", at: [1098, 240], anchor: "start" },
    fetched: { d: "M1006 334L598 334" },
    returned: { d: "M482 334L376 334L376 163", at: [430, 326] },
    swept: { d: "M266 258L330 258L330 163", at: [300, 276], anchor: "start" },
  },
};

export const NARROW: Layout = {
  width: 360,
  height: 850,
  box: { width: 116, height: 62 },
  machine: { x: 22, y: 376, width: 144, height: 358 },
  machineName: [172, 392],
  breaksName: true,
  boxes: {
    events: [94, 40],
    rules: [94, 134],
    work: [94, 228],
    dispatch: [94, 316],
    gather: [94, 424],
    evaluate: [94, 512],
    chooseSeverity: [94, 600],
    publish: [94, 688],
    hub: [94, 804],
    outage: [276, 688],
    quarantine: [276, 556],
    redrive: [276, 340],
    sweep: [276, 134],
  },
  edges: {
    put: { d: "M94 71L94 103" },
    sent: { d: "M94 165L94 197" },
    received: { d: "M94 259L94 285" },
    started: { d: "M94 347L94 393" },
    gathered: { d: "M94 455L94 481" },
    evaluated: { d: "M94 543L94 569" },
    severityChosen: { d: "M94 631L94 657" },
    imported: { d: "M94 719L94 773" },
    notReady: { d: "M36 512L10 512L10 228L36 228", at: [14, 366], anchor: "start" },
    invalid: { d: "M152 526L218 526", at: [192, 518] },
    rejected: { d: "M152 672L190 672L190 580L218 580", at: [196, 640], anchor: "start" },
    parked: { d: "M152 700L218 700", at: [174, 752], anchor: "start" },
    fetched: { d: "M334 688L350 688L350 340L334 340" },
    returned: { d: "M276 309L276 240L152 240", at: [216, 256] },
    swept: { d: "M276 165L276 216L152 216", at: [216, 208] },
  },
};
