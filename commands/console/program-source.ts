/** The deployed program as the console sees it. Reads only. */
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  type ExecutionListItem,
  type HistoryEvent,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { parseIfJson } from "../../command-line/json-syntax.ts";
import type { ExecutionDetails, ExecutionRow, ProgramState, QueueName, QueueState } from "../../console/api.ts";
import { executionsPage, type ListedExecution } from "../../console/executions.ts";
import type { ProgramSource } from "../../console/source.ts";
import { nodeIdsIn } from "../../functions/work/node-ids-in.ts";
import { present } from "../../presentation/findings/finding-fields.ts";
import { historyEvents } from "./execution-history.ts";
import { readProblem } from "./read-problem.ts";
import type { DeployedStack } from "./stack.ts";
import { WatchedRead } from "./watched-read.ts";

/** The page shows the program as it was at most so long ago. */
const READ_AGAIN_MS = 10_000;
/** One page of ListExecutions (API reference). */
const MOST_EXECUTIONS = 1_000;
/** Events of one execution's history that are shown. */
const MOST_EVENTS = 5_000;
/** Ended executions whose details are kept. They do not change any more. */
const MOST_KEPT = 50;
const PARKING = "ParkForRedrive";
const OPENED_ONLY =
  "Step Functions does not list the nodes of executions, so only executions that were opened here are searched.";
const NOT_READ = "The console does not read this queue. Open it in Amazon SQS.";
const NOT_RECEIVED =
  "The console does not receive these messages, because that would hide them from the program for a while. " +
  'docs/operations.md, "Quarantine", says how to read them.';

export interface ProgramPorts {
  /** Both paced by their caller. */
  readonly sfn: Pick<SFNClient, "send">;
  readonly sqs: Pick<SQSClient, "send">;
  readonly now: () => Date;
}

/** A program source that makes calls until it is closed, while a page is open. */
export interface OpenProgram {
  readonly program: ProgramSource;
  watch(): () => void;
  close(): void;
}

/** Returns the deployed program as a source of the console. */
export function deployedProgram(stack: DeployedStack, ports: ProgramPorts): OpenProgram {
  const shown = new DeployedProgram(stack, ports);
  const reads = new WatchedRead(() => shown.read(), READ_AGAIN_MS);
  const listed = async (): Promise<void> => {
    if (!shown.isRead) await reads.now();
  };
  const program: ProgramSource = {
    revision: () => shown.revision,
    state: () => Promise.resolve(shown.state),
    executions: async (query) => {
      await listed();
      const page = executionsPage(
        shown.executions.map((execution) => shown.listed(execution)),
        query,
      );
      return query.node === undefined ? page : { ...page, note: OPENED_ONLY };
    },
    execution: (name) => shown.details(name),
    definition: async () => {
      const { stateMachineArn } = stack;
      const { definition = "" } = await ports.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
      return parseIfJson(definition);
    },
    messages: async (queue) => {
      await listed();
      const counts = shown.state.queues[queue];
      if (counts === undefined) return { total: 0, rows: [], note: shown.state.problem ?? NOT_READ };
      return { total: counts.waiting + counts.inFlight, rows: [], note: NOT_RECEIVED };
    },
  };
  return { program, watch: () => reads.watch(), close: () => reads.stop() };
}

class DeployedProgram {
  readonly #stack: DeployedStack;
  readonly #ports: ProgramPorts;
  readonly #ended = new Map<string, ExecutionDetails>();
  state: ProgramState = { queues: {}, problem: "The queues and executions have not been read yet." };
  executions: readonly ExecutionListItem[] = [];
  revision = 0;
  isRead = false;
  #last = "";

  constructor(stack: DeployedStack, ports: ProgramPorts) {
    this.#stack = stack;
    this.#ports = ports;
  }

  /** Reads the queues and the newest executions. Never rejects: the state has the problem. */
  async read(): Promise<void> {
    const readAt = this.#ports.now().toISOString();
    try {
      const [queues, { executions = [] }] = await Promise.all([this.#queues(), this.#list()]);
      this.executions = executions;
      const count = (...statuses: string[]) => executions.filter(({ status = "" }) => statuses.includes(status)).length;
      const [running, succeeded] = [count("RUNNING", "PENDING_REDRIVE"), count("SUCCEEDED")];
      const failed = count("FAILED", "TIMED_OUT", "ABORTED");
      this.state = { queues, executions: { running, succeeded, failed }, readAt };
      const now = JSON.stringify(executions.map(({ name, status }) => [name, status]));
      if (now !== this.#last) this.revision += 1;
      this.#last = now;
      this.isRead = true;
    } catch (error) {
      this.state = { ...this.state, problem: readProblem(error) };
    }
  }

  listed(execution: ExecutionListItem): ListedExecution {
    const { name = "" } = execution;
    const kept = this.#ended.get(name);
    const { status } = this.rowOf(execution);
    return {
      status,
      ...(kept?.parked !== undefined && { parked: kept.parked }),
      hasNode: (nodeId) => kept?.nodeIds.includes(nodeId) === true,
      row: () => this.rowOf(execution),
    };
  }

  /** Returns a row. Its nodes and retries are known only after somebody opened the execution. */
  rowOf({ name = "", status, startDate, stopDate }: ExecutionListItem): ExecutionRow {
    const { nodes, retries, parked, error } = this.#ended.get(name) ?? {};
    return present({
      name,
      status: status === "PENDING_REDRIVE" || status === undefined ? "RUNNING" : status,
      startDate: startDate?.toISOString() ?? "",
      stopDate: stopDate?.toISOString(),
      nodes,
      retries,
      parked,
      error,
    });
  }

  async details(name: string): Promise<ExecutionDetails | undefined> {
    const kept = this.#ended.get(name);
    if (kept !== undefined) return kept;
    const executionArn = `${this.#stack.stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
    try {
      const found = await this.#ports.sfn.send(new DescribeExecutionCommand({ executionArn }));
      const events = historyEvents(await this.#history(executionArn));
      const nodeIds = nodeIdsIn(parseIfJson(found.input ?? ""));
      const { cause, error } = found;
      const details: ExecutionDetails = {
        ...this.rowOf({ ...found, executionArn, name }),
        ...present({ cause, error }),
        nodes: nodeIds.length,
        nodeIds,
        retries: events.filter(({ type }) => type === "StateRetried").length,
        parked: events.some(({ state }) => state === PARKING),
        events,
      };
      if (details.stopDate !== undefined) this.#keep(details);
      return details;
    } catch (error) {
      if (error instanceof Error && /^(ExecutionDoesNotExist|InvalidArn)$/.test(error.name)) return undefined;
      throw new Error(readProblem(error), { cause: error });
    }
  }

  #keep(details: ExecutionDetails): void {
    this.#ended.set(details.name, details);
    if (this.#ended.size > MOST_KEPT) this.#ended.delete(this.#ended.keys().next().value ?? "");
  }

  #list() {
    const { stateMachineArn } = this.#stack;
    return this.#ports.sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: MOST_EXECUTIONS }));
  }

  async #queues(): Promise<ProgramState["queues"]> {
    const read = async ([name, url]: [string, string]) => [name, await this.#queue(url)] as const;
    return Object.fromEntries(await Promise.all(Object.entries(this.#stack.queues).map(read))) as Partial<
      Record<QueueName, QueueState>
    >;
  }

  async #queue(QueueUrl: string): Promise<QueueState> {
    const names = ["", "Delayed", "NotVisible"].map((kind) => `ApproximateNumberOfMessages${kind}` as const);
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: names as never });
    const { Attributes = {} } = await this.#ports.sqs.send(command);
    const [visible = 0, delayed = 0, inFlight = 0] = names.map((name) => Number(Reflect.get(Attributes, name)) || 0);
    return { waiting: visible + delayed, inFlight };
  }

  async #history(executionArn: string): Promise<HistoryEvent[]> {
    const found: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = { executionArn, maxResults: 1_000, ...(nextToken !== undefined && { nextToken }) };
      const { events = [], nextToken: next } = await this.#ports.sfn.send(new GetExecutionHistoryCommand(page));
      found.push(...events);
      nextToken = next;
    } while (nextToken !== undefined && found.length < MOST_EVENTS);
    return found;
  }
}
