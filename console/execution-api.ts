/** What the console's server and its page say to each other about executions. */
import type { Page } from "./list-page.ts";

export interface ExecutionRow {
  readonly name: string;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  /** Nodes, retries and parked are absent in a list if they are not known without another read. */
  readonly nodes?: number;
  /** ISO 8601. */
  readonly startDate: string;
  readonly stopDate?: string;
  readonly retries?: number;
  /** Whether its work was parked for redrive. */
  readonly parked?: boolean;
  readonly error?: string;
}

/** By what the executions are filtered. */
export const EXECUTION_GROUPS = ["running", "succeeded", "failed", "parked"] as const;
export type ExecutionGroup = (typeof EXECUTION_GROUPS)[number];

/** Which executions to list, newest first. */
export interface ExecutionQuery {
  /** From 1. */
  readonly page: number;
  readonly status?: ExecutionGroup;
  /** Only executions with this node. */
  readonly node?: string;
}

export interface ExecutionsPage extends Page<ExecutionRow> {
  /** Executions with the node, if one is asked for. A parked one counts twice. */
  readonly byStatus: Readonly<Record<ExecutionGroup, number>>;
  /** All executions that the counts stand for. */
  readonly all: number;
  /** Why executions may be missing, in one sentence. */
  readonly note?: string;
}

/** One event of an execution's history. */
export interface HistoryEvent {
  readonly type: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly state?: string;
  readonly index?: number;
  readonly error?: string;
  readonly cause?: string;
  readonly attempt?: number;
  /**
   * JSON text: input of the state that is entered, output of the state that is left. Kept for the newest executions.
   */
  readonly payload?: string;
}

export interface ExecutionDetails extends ExecutionRow {
  readonly nodeIds: readonly string[];
  readonly cause?: string;
  readonly events: readonly HistoryEvent[];
}

/** An event without its payload, which can be long. */
export interface ListedEvent extends Omit<HistoryEvent, "payload"> {
  /** Whether the payload was kept. It is read by the position of the event. */
  readonly hasPayload?: boolean;
}

/** An execution as its page reads it. */
export interface ExecutionAnswer extends Omit<ExecutionDetails, "events"> {
  /** At most 50. `nodes` counts all. */
  readonly nodeIds: readonly string[];
  readonly events: readonly ListedEvent[];
}

/** The input or output of a step. */
export interface PayloadAnswer {
  readonly payload: string;
}
