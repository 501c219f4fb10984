/**
 * Step Functions for the local cloud: runs the deployed definition on the engine aws-local-stepfunctions, and answers
 * StartExecution, DescribeExecution and ListExecutions.
 */
import { randomUUID } from "node:crypto";
import { ExecutionAbortedError, ExecutionError, ExecutionTimeoutError, StateMachine } from "aws-local-stepfunctions";
import * as z from "zod";
import { readDefinition } from "./asl-definition.ts";
import type { CapturedResource } from "../../program/captured-resource.ts";
import { findingLines, shortEvent, type Execution } from "./execution.ts";
import { listExecutions } from "./list-executions.ts";
import { PayloadKeeper } from "./payload-keeper.ts";
import { arnParts, readInputs } from "../../program/resource-inputs.ts";
import { ServiceError, type StandIn } from "../../gateway/stand-in.ts";
import { MAX_STATE_BYTES, TaskError, taskHandlers, type TaskHandlers, type TaskServices } from "./task-resources.ts";

const tracing = z.strictObject({ enabled: z.boolean().optional() });
const machineSchema = z.strictObject({
  name: z.string().optional(),
  definition: z.string(),
  roleArn: z.string(),
  type: z.literal("STANDARD").default("STANDARD"),
  loggingConfiguration: z.unknown().optional(),
  tracingConfiguration: tracing.optional(),
  publish: z.literal(false).optional(),
});

/** Characters that AWS refuses in the name of an execution. */
const FORBIDDEN_IN_NAME = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}]/u;

interface Machine {
  readonly arn: string;
  readonly engine: StateMachine;
  readonly handlers: TaskHandlers;
}

/** Tells whether Step Functions sends traces with the permissions of the machine's role. */
export function isTraced({ inputs }: CapturedResource): boolean {
  return tracing.safeParse(inputs["tracingConfiguration"]).data?.enabled === true;
}

/** The dependencies of the state machines. */
interface StepFunctionsOptions {
  readonly services: Omit<TaskServices, "caller">;
  readonly now: () => Date;
  /** How many of the newest executions keep the payloads of their history. Default 0. */
  readonly keepPayloads?: number;
  /** Called at the start and end of an execution. The execution counts as running until the call ends. */
  readonly onStatusChange: (execution: Execution) => Promise<void>;
}

/** All state machines of the captured program, and their executions. */
export class StepFunctions implements StandIn {
  readonly #options: StepFunctionsOptions;
  readonly #machines = new Map<string, Machine>();
  readonly #executions = new Map<string, Execution>();
  /** The first execution with each name. */
  readonly #byName = new Map<string, Execution>();
  readonly #abort = new Map<string, () => void>();
  readonly #payloads: PayloadKeeper;
  #running = 0;
  #transitions = 0;
  /** The largest input or output of a state so far, in UTF-8 bytes. */
  largestStateBytes = 0;

  constructor(options: StepFunctionsOptions) {
    this.#options = options;
    this.#payloads = new PayloadKeeper(options.keepPayloads ?? 0);
  }

  /**
   * Adds a state machine. @throws {Error} if AWS would refuse the definition, or the local engine does not run it as
   * AWS does
   */
  add(resource: CapturedResource): void {
    const inputs = readInputs(resource, machineSchema);
    const { machine, forEngine } = readDefinition(inputs.definition);
    const { account, region } = arnParts(resource.arn);
    const caller = { roleArn: inputs.roleArn, account, region };
    this.#machines.set(resource.arn, {
      arn: resource.arn,
      engine: new StateMachine(forEngine, { validationOptions: { noValidate: true } }),
      handlers: taskHandlers(machine, { ...this.#options.services, caller }),
    });
  }

  /** Executions that have not ended, or whose end is still being processed. */
  get running(): number {
    return this.#running;
  }

  /** States entered and retries, over all executions. */
  get transitions(): number {
    return this.#transitions;
  }

  /** Returns all executions in the order of their start. */
  executions(): readonly Execution[] {
    return [...this.#executions.values()];
  }

  /** Answers an API call. Machines and executions are identified by ARN, which contains account and Region. */
  call(operation: string, input: Record<string, unknown>): unknown {
    if (operation === "StartExecution") return this.#start(input);
    if (operation === "DescribeExecution") return this.#describe(input);
    if (operation === "ListExecutions") return listExecutions(input, this.#machines, this.executions());
    throw new ServiceError("UnknownOperationException", `${operation} is not supported by the local run`);
  }

  /** Reads the output of a function. */
  onOutput(text: string): void {
    for (const { execution, line } of findingLines(text)) this.#byName.get(execution)?.logged.push(line);
  }

  /** Stops an execution as StopExecution does. The state machine cannot catch this. */
  stop(executionArn: string): void {
    const abort = this.#abort.get(executionArn);
    if (abort === undefined) throw new Error(`execution ${JSON.stringify(executionArn)} is not running`);
    abort();
  }

  /** Stops all running executions, at the end of a run. */
  close(): void {
    for (const abort of this.#abort.values()) abort();
  }

  #start(request: Record<string, unknown>): unknown {
    const machine = this.#machines.get(String(request["stateMachineArn"]));
    if (machine === undefined) {
      throw new ServiceError(
        "StateMachineDoesNotExist",
        `State Machine Does Not Exist: '${String(request["stateMachineArn"])}'`,
      );
    }
    const name = checkedName(request["name"]);
    const input = checkedInput(request["input"]);
    const arn = `${machine.arn.replace(":stateMachine:", ":execution:")}:${name}`;
    const known = this.#executions.get(arn);
    if (known !== undefined && (known.status !== "RUNNING" || known.input !== input)) {
      throw new ServiceError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
    }
    const execution = known ?? this.#launch(machine, { name, arn, input });
    return { executionArn: arn, startDate: execution.startDate.getTime() / 1000 };
  }

  #launch(machine: Machine, request: { name: string; arn: string; input: string }): Execution {
    const execution: Execution = {
      ...request,
      stateMachineArn: machine.arn,
      status: "RUNNING",
      states: [],
      startDate: this.#options.now(),
      events: [],
      published: [],
      logged: [],
    };
    this.#executions.set(request.arn, execution);
    if (!this.#byName.has(request.name)) this.#byName.set(request.name, execution);
    this.#payloads.add(execution);
    this.#running += 1;
    void this.#run(machine, execution)
      .catch(this.#options.services.onDefect)
      .finally(() => {
        this.#running -= 1;
        this.#abort.delete(execution.arn);
      });
    return execution;
  }

  async #run(machine: Machine, execution: Execution): Promise<void> {
    await this.#options.onStatusChange(execution);
    const run = machine.engine.run(JSON.parse(execution.input) as EngineInput, {
      overrides: { taskResourceLocalHandlers: machine.handlers },
      context: { Execution: { Id: execution.arn, Name: execution.name }, StateMachine: { Id: machine.arn } },
    });
    this.#abort.set(execution.arn, run.abort);
    const tooLarge = this.#follow(run, execution);
    // The history can report a limit later than the result arrives. Both are needed before the record is final.
    const [outcome, limit] = await Promise.all([settled(run.result), tooLarge]);
    Object.assign(execution, limit ?? outcome, { stopDate: this.#options.now() });
    await this.#options.onStatusChange(execution);
  }

  /** Records the history. A state whose input or output is too large ends the execution. */
  async #follow(run: ReturnType<StateMachine["run"]>, execution: Execution): Promise<Outcome | undefined> {
    let limit: Outcome | undefined;
    for await (const entry of run.eventLogs) {
      const { event, payload } = shortEvent(entry);
      execution.events.push(event);
      if (event.type === "StateEntered" && event.state !== undefined) execution.states.push(event.state);
      if (event.type === "StateEntered" || event.type === "StateRetried") this.#transitions += 1;
      if (event.type === "StateExited" && event.state === "Publish") execution.published.push(payload);
      const text = payload === undefined ? undefined : JSON.stringify(payload);
      if (text !== undefined) this.#payloads.keep(execution, event, text);
      const bytes = text === undefined ? 0 : Buffer.byteLength(text);
      this.largestStateBytes = Math.max(this.largestStateBytes, bytes);
      if (bytes > MAX_STATE_BYTES && limit === undefined) {
        const cause = `The state/task '${event.state ?? ""}' has ${bytes} bytes of data, more than the maximum of ${MAX_STATE_BYTES}.`;
        limit = { status: "FAILED", error: "States.DataLimitExceeded", cause };
        run.abort();
      }
    }
    return limit;
  }

  #describe(request: Record<string, unknown>): unknown {
    const execution = this.#executions.get(String(request["executionArn"]));
    if (execution === undefined) {
      throw new ServiceError("ExecutionDoesNotExist", `Execution Does Not Exist: '${String(request["executionArn"])}'`);
    }
    const { arn, stateMachineArn, name, status, input, output, error, cause, startDate, stopDate } = execution;
    const times = { startDate: startDate.getTime() / 1000, stopDate: stopDate && stopDate.getTime() / 1000 };
    return { executionArn: arn, stateMachineArn, name, status, input, output, error, cause, ...times };
  }
}

type EngineInput = Parameters<StateMachine["run"]>[0];
type Outcome = Pick<Execution, "status" | "output" | "error" | "cause">;

async function settled(result: Promise<unknown>): Promise<Outcome> {
  try {
    return { status: "SUCCEEDED", output: JSON.stringify(await result) };
  } catch (error) {
    if (error instanceof ExecutionAbortedError) return { status: "ABORTED" };
    if (error instanceof ExecutionTimeoutError) return { status: "TIMED_OUT", error: "States.Timeout" };
    if (!(error instanceof ExecutionError)) throw error;
    const reason = error.cause;
    if (!(reason instanceof Error)) return { status: "FAILED", error: "States.Runtime", cause: String(reason) };
    const name = reason instanceof TaskError || reason.name !== "Error" ? reason.name : "States.Runtime";
    return { status: "FAILED", error: name, cause: reason.message };
  }
}

function checkedName(name: unknown): string {
  if (name === undefined) return randomUUID();
  if (typeof name !== "string" || name.length < 1 || name.length > 80 || FORBIDDEN_IN_NAME.test(name)) {
    throw new ServiceError("InvalidName", `Invalid Name: ${JSON.stringify(name)}`);
  }
  return name;
}

function checkedInput(input: unknown): string {
  if (input === undefined) return "{}";
  if (typeof input !== "string" || Buffer.byteLength(input) > MAX_STATE_BYTES) {
    const message = `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${MAX_STATE_BYTES}`;
    throw new ServiceError("ValidationException", message);
  }
  try {
    JSON.parse(input);
  } catch {
    throw new ServiceError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${input.slice(0, 100)}'`);
  }
  return input;
}
