/** The record of one execution of the state machine. */
import type { StateMachine } from "aws-local-stepfunctions";
import * as z from "zod";
import { parseIfJson } from "../../../command-line/json-syntax.ts";

/** One step of an execution's history. */
export interface ExecutionEvent {
  /** The engine's name for it: StateEntered, StateExited, StateFailed, StateRetried, StateCaught, ... */
  readonly type: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly state?: string;
  /** Index of its Map iteration. */
  readonly index?: number;
  readonly error?: string;
  readonly cause?: string;
  /** The error names of the retrier or catcher that applied. */
  readonly errorEquals?: readonly string[];
  readonly attempt?: number;
  /**
   * JSON text: the state's output for an exit, its input for any other step. Present only if a run keeps payloads, and
   * only in its newest executions.
   */
  payload?: string;
}

/** One execution, running or ended. It changes until `status` is no longer RUNNING. */
export interface Execution {
  readonly name: string;
  readonly arn: string;
  readonly stateMachineArn: string;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  /** JSON text, as passed to StartExecution. */
  readonly input: string;
  /** JSON text, only after success. */
  output?: string;
  error?: string;
  cause?: string;
  /** Names of the states entered, in order. A retried state is listed once. */
  readonly states: string[];
  readonly startDate: Date;
  stopDate?: Date;
  readonly events: ExecutionEvent[];
  /** The output of each run of the state Publish: one, or one per batch of a maintenance window. */
  readonly published: unknown[];
  /**
   * The log lines that Publish wrote for each finished finding. If a run of it fails later, they are the only record.
   */
  readonly logged: unknown[];
}

type EventLog = ReturnType<StateMachine["run"]>["eventLogs"] extends AsyncGenerator<infer Event> ? Event : never;

/** Returns an event of the engine in short form, and its payload. */
export function shortEvent(event: EventLog): { event: ExecutionEvent; payload: unknown } {
  const state = "state" in event ? event.state : undefined;
  const rule = "retry" in event ? event.retry.retrier : "catch" in event ? event.catch.catcher : undefined;
  const short: ExecutionEvent = {
    type: event.type,
    timestamp: event.timestamp,
    ...(state === undefined ? {} : { state: state.name }),
    ...("index" in event ? { index: event.index } : {}),
    ...("Error" in event ? { error: event.Error, cause: textOf(event.Cause) } : {}),
    ...(rule === undefined ? {} : { errorEquals: rule.ErrorEquals }),
    ...("retry" in event ? { attempt: event.retry.attempt } : {}),
  };
  return { event: short, payload: event.type === "StateExited" ? state?.output : state?.input };
}

const textOf = (cause: unknown): string => (typeof cause === "string" ? cause : JSON.stringify(cause));

/**
 * Returns the event that Step Functions puts on the bus when the status of an execution changes. It leaves out input
 * and output that are too long.
 */
export function statusChangeEvent(execution: Execution, id: string, now: Date): Record<string, unknown> {
  const [, , , region, account] = execution.arn.split(":");
  const bytes = Buffer.byteLength(JSON.stringify([execution.input, execution.output ?? ""]));
  const included = bytes <= MAX_DETAIL_BYTES;
  return {
    version: "0",
    id,
    "detail-type": "Step Functions Execution Status Change",
    source: "aws.states",
    account,
    time: now.toISOString().replace(/\.\d+/, ""),
    region,
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: execution.stateMachineArn,
      name: execution.name,
      status: execution.status,
      startDate: execution.startDate.getTime(),
      stopDate: execution.stopDate?.getTime() ?? null,
      input: included ? execution.input : null,
      inputDetails: { included },
      output: included ? (execution.output ?? null) : null,
      outputDetails: execution.output === undefined ? null : { included },
      error: execution.error ?? null,
      cause: execution.cause ?? null,
    },
  };
}

const findingLine = z.object({ message: z.literal("finding"), execution: z.string() });

/** Returns the log lines about findings in the output of a function, as JSON objects. */
export function findingLines(text: string): { readonly execution: string; readonly line: unknown }[] {
  return text.split("\n").flatMap((each) => {
    const line = each.includes('"finding"') ? parseIfJson(each) : undefined;
    const { data } = findingLine.safeParse(line);
    return data === undefined ? [] : [{ execution: data.execution, line }];
  });
}

/** Above this size Step Functions leaves input and output out of the event. */
const MAX_DETAIL_BYTES = 248 * 1024;
