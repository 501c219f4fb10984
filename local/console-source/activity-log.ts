/** What happened in a run, for the console's feed. */
import { activityOf, type FindingChange, type Operation } from "../../presentation/activity/activity.ts";
import { findingView, type FindingView } from "../../presentation/findings/finding-view.ts";
import { oneLine } from "../../presentation/findings/text.ts";
import type { FindingChange as Step, Operation as Entry, ProgramState } from "../../console/api.ts";
import { changesOf, nodesOf, PARKING } from "../run/report.ts";
import type { Run } from "../run/run.ts";
import type { Execution } from "../services/step-functions/execution.ts";

/** Changes, and operations, that are kept. At this number the older half is dropped. */
const MAX_KEPT = 20_000;

/** The words of the feed for what Publish did. It does not say which kind of update it made. */
const WORDS: Readonly<Record<string, string>> = {
  open: "opened",
  reopen: "reopened",
  close: "closed",
  update: "refreshed",
  refresh: "refreshed",
};
/** What the finding itself says about an update. */
const UPDATES: ReadonlySet<string> = new Set([
  "expired",
  "accepted",
  "overdue",
  "severity raised",
  "severity lowered",
] satisfies FindingView["change"][]);

/** How much of an execution was read. */
interface Read {
  results: number;
  states: number;
  /** Changes that are recorded. A retry of Publish reports them again. */
  readonly known: Set<string>;
}

/** What a person did to findings. */
interface TriageFacts {
  readonly status: string;
  readonly by: string;
  readonly note?: string;
}

/** What was recorded at one time. */
export interface Happened {
  readonly changes: readonly FindingChange[];
  readonly operations: readonly Operation[];
}

/** Records changes of findings, and operations on nodes. It reads only what is new. */
export class ActivityLog {
  readonly #run: Run;
  readonly #now: () => Date;
  readonly #read = new WeakMap<Execution, Read>();
  readonly #changes: FindingChange[] = [];
  readonly #operations: Operation[] = [];
  #listener: (happened: Happened) => void = () => undefined;
  #last: ProgramState | undefined;
  #entries: readonly Entry[] | undefined;
  readonly #triages: { readonly id: string; readonly productArn: string; readonly step: Step }[] = [];
  readonly #views = new WeakMap<object, FindingView>();
  #held: { readonly revision: number; readonly views: ReadonlyMap<string, FindingView> } | undefined;
  #named: { readonly nodes: object; readonly names: ReadonlyMap<string, string> } | undefined;

  constructor(run: Run, now: () => Date) {
    this.#run = run;
    this.#now = now;
  }

  /** Records an operation. @param nodes their number */
  add(what: Operation["what"], nodes: number, time = this.#now().toISOString()): void {
    this.#add({ time, what, nodes });
  }

  /** Records that a person changed the workflow status of findings. */
  addTriage(views: readonly FindingView[], { status, by, note = "" }: TriageFacts): void {
    const [first] = views;
    if (first === undefined) return;
    const time = this.#now().toISOString();
    const step = { time, action: `${status} by ${oneLine(by) ?? "unknown"}`, reason: oneLine(note) ?? "" };
    const triages = views.map(({ id, productArn }) => ({ id, productArn, step }));
    this.#keep(this.#triages, triages);
    const { nodeId, computerName: name } = first;
    const node = { nodeId, ...(name !== undefined && { name }) };
    this.#add({ time, what: "triage", nodes: views.length, status, ...(views.length === 1 && { node }) });
  }

  /** Returns what people did to one finding, as steps of its history. */
  triagesOf({ id, productArn }: Pick<FindingView, "id" | "productArn">): Step[] {
    return this.#triages.filter((one) => one.id === id && one.productArn === productArn).map(({ step }) => step);
  }

  /** Calls the listener with everything that is recorded from now on. What executions do is recorded by {@link follow}. */
  listen(listener: (happened: Happened) => void): void {
    this.follow();
    this.#listener = listener;
  }

  /** Records what executions did since the last time. */
  follow(): void {
    for (const execution of this.#run.cloud.executions()) this.#follow(execution);
  }

  /** Records what differs from the last state: outages, sweeps, and nodes that left the outage queue. */
  watch(state: ProgramState): void {
    const { hubAnswers, invocations, queues } = state;
    const last = this.#last;
    this.#last = state;
    if (hubAnswers !== (last?.hubAnswers ?? true)) this.add(hubAnswers ? "outage ended" : "outage began", 0);
    if (last === undefined) return;
    if ((invocations?.sweep ?? 0) > (last.invocations?.sweep ?? 0)) this.add("sweep", 0);
    const left = (last.queues.outage?.nodes ?? NaN) - (queues.outage?.nodes ?? NaN);
    // The redrive ran before this reading, and its effects are recorded with their own times.
    if (left > 0) this.add("redrive", left, this.#run.cloud.lastInvocation("redrive")?.toISOString());
  }

  /** Returns what happened, newest first. */
  entries(): readonly Entry[] {
    this.follow();
    this.#entries ??= activityOf(this.#changes, this.#operations, Infinity).lines.map(
      ({ minute, text, count, nodes: [node] }) => ({
        time: minute,
        what: text,
        nodes: count,
        ...(count === 1 && node !== undefined && { node }),
      }),
    );
    return this.#entries;
  }

  #add(operation: Operation): void {
    this.#keep(this.#operations, [operation]);
    this.#listener({ changes: [], operations: [operation] });
  }

  #follow(execution: Execution): void {
    const { published, logged, states, events, startDate } = execution;
    const read = this.#read.get(execution) ?? { results: 0, states: 0, known: new Set() };
    this.#read.set(execution, read);
    const time = new Date(events.at(-1)?.timestamp ?? startDate.getTime()).toISOString();
    const results = published.length + logged.length;
    if (results > read.results) {
      const changes = this.#newChanges(execution, read.known, time);
      this.#keep(this.#changes, changes);
      this.#listener({ changes, operations: [] });
    }
    read.results = results;
    for (; read.states < states.length; read.states += 1) {
      if (states[read.states] === PARKING) this.add("parked", nodesOf(execution).length, time);
    }
  }

  #newChanges(execution: Execution, known: Set<string>, time: string): FindingChange[] {
    // A plan changes nothing.
    if (this.#run.options.plan) return [];
    return changesOf(execution).flatMap(({ nodeId, kind = "compliance", action, reason }) => {
      const key = JSON.stringify([nodeId, kind, action]);
      if (action === "unchanged" || known.has(key)) return [];
      known.add(key);
      const name = this.#names().get(nodeId);
      return [
        { time, action: this.#wordOf(action, nodeId, kind), kind, nodeId, reason, ...(name !== undefined && { name }) },
      ];
    });
  }

  /** Returns the word of the feed for a change. Publish does not say what an update changed, but the finding does. */
  #wordOf(action: string, nodeId: string, kind: string): string {
    const word = WORDS[action] ?? action;
    if (word !== "refreshed") return word;
    const { hub } = this.#run;
    if (this.#held?.revision !== hub.revision) {
      const views = hub.held().flatMap((finding) => this.#viewOf(finding) ?? []);
      this.#held = { revision: hub.revision, views: new Map(views.map((view) => [findingOf(view), view])) };
    }
    const change = this.#held.views.get(findingOf({ nodeId, kind }))?.change;
    return change !== undefined && UPDATES.has(change) ? change : word;
  }

  /** Returns a finding as people see it. Each version of it is converted once. */
  #viewOf(finding: object): FindingView | undefined {
    const view = this.#views.get(finding) ?? findingView(finding);
    if (view !== undefined) this.#views.set(finding, view);
    return view;
  }

  #names(): ReadonlyMap<string, string> {
    const { nodes } = this.#run.ssm.fleet();
    if (this.#named?.nodes !== nodes) {
      const names = nodes.flatMap(({ InstanceId, ComputerName, Name }) => {
        const name = oneLine(ComputerName ?? Name);
        return name === undefined ? [] : [[InstanceId, name] as const];
      });
      this.#named = { nodes, names: new Map(names) };
    }
    return this.#named.names;
  }

  #keep<Kept>(all: Kept[], added: readonly Kept[]): void {
    if (added.length === 0) return;
    for (const one of added) all.push(one);
    if (all.length > MAX_KEPT) all.splice(0, all.length - MAX_KEPT / 2);
    this.#entries = undefined;
  }
}

const findingOf = ({ nodeId, kind }: { readonly nodeId: string; readonly kind: string }): string => `${kind} ${nodeId}`;
