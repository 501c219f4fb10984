/** The state of the whole program: messages in each queue, and the work done so far. */
import type { Run } from "../run/run.ts";
import { QUEUES, type ProgramState, type QueueName, type QueueState } from "../../console/api.ts";
import { ExecutionCounts } from "./execution-counts.ts";
import { nodesIn } from "./queue-messages.ts";

/** Messages that are opened to count their nodes. A longer queue shows its messages only. */
const MAX_OPENED = 500;

/** Reads the state of the program without changing it. It reads only what is new. */
export class ProgramReader {
  readonly #run: Run;
  readonly #counts = new ExecutionCounts();
  readonly #nodes = new Map<QueueName, { readonly version: string; readonly nodes: number }>();

  constructor(run: Run) {
    this.#run = run;
  }

  async state(): Promise<ProgramState> {
    const { cloud, controls } = this.#run;
    const { eventsPut: put, eventsMatched: matched } = cloud.traffic;
    const { functions } = cloud.usage;
    const [work, outage, quarantine, sweep] = await Promise.all(QUEUES.map((name) => this.#queue(name)));
    return {
      hubAvailable: controls.hubAvailable,
      hubAnswers: controls.hubAnswers,
      events: { put, matched },
      queues: { work: work ?? EMPTY, outage: outage ?? EMPTY, quarantine: quarantine ?? EMPTY, sweep: sweep ?? EMPTY },
      invocations: {
        dispatch: functions["dispatch"]?.invocations ?? 0,
        redrive: functions["redrive"]?.invocations ?? 0,
        sweep: functions["sweep"]?.invocations ?? 0,
      },
      ...this.#counts.of(cloud.executions()),
      hubCalls: sum(Object.entries(cloud.apiCalls).filter(([call]) => call.startsWith("securityhub:"))),
      denied: cloud.denied.length,
    };
  }

  async #queue(name: QueueName): Promise<QueueState> {
    const { cloud, program } = this.#run;
    const { visible, delayed, inFlight } = await cloud.counts(program.queues[name]);
    const waiting = visible + delayed;
    if (waiting + inFlight > MAX_OPENED) return { waiting, inFlight };
    // Messages only come and go. With the same counts and no message sent, they are the same.
    const version = `${waiting} ${inFlight} ${cloud.usage.messages}`;
    const known = this.#nodes.get(name);
    const nodes = known?.version === version ? known.nodes : await this.#nodesIn(name, waiting + inFlight);
    this.#nodes.set(name, { version, nodes });
    return { waiting, inFlight, nodes };
  }

  async #nodesIn(name: QueueName, messages: number): Promise<number> {
    if (messages === 0) return 0;
    const { cloud, program } = this.#run;
    const opened = await cloud.peek(program.queues[name]);
    return new Set(opened.flatMap(({ body }) => nodesIn(body))).size;
  }
}

const EMPTY: QueueState = { waiting: 0, inFlight: 0, nodes: 0 };

const sum = (entries: readonly (readonly [string, number])[]): number =>
  entries.reduce((total, [, count]) => total + count, 0);
