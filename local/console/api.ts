/** The types and choices that the console's server and its page share. It contains no code with effects. */
import type { FindingView, Severity } from "../../presentation/findings/finding-view.ts";
import type { StateMachineLayout } from "../../presentation/state-machine/layout.ts";

export type { FindingView, StateMachineLayout };

export type QueueName = "work" | "outage" | "quarantine" | "sweep";

/** The state of the whole program at one moment, sent whenever it changes. */
export interface Flow {
  readonly account: string;
  readonly region: string;
  readonly timeScale: number;
  /** Whether the run publishes nothing. */
  readonly planOnly: boolean;
  /** Whether the switch for Security Hub is on. */
  readonly hubAvailable: boolean;
  /** False during an outage of the fault plan, too. */
  readonly hubAnswers: boolean;
  readonly events: { readonly put: number; readonly matched: number };
  readonly queues: Readonly<Record<QueueName, { readonly waiting: number; readonly inFlight: number }>>;
  readonly invocations: { readonly dispatch: number; readonly redrive: number; readonly sweep: number };
  readonly executions: { readonly running: number; readonly succeeded: number; readonly failed: number };
  /** Name of a state -> how often it was entered, and how many executions are in it. */
  readonly states: Readonly<Record<string, { readonly entered: number; readonly now: number }>>;
  /** Findings that Security Hub refused for their content. */
  readonly rejected: number;
  readonly findings: { readonly open: Readonly<Record<Severity, number>>; readonly archived: number };
  /** Requests that Security Hub received, whether it answered or not. */
  readonly hubCalls: number;
  /** Calls that a role's policies did not allow. More than 0 is a defect of the program. */
  readonly denied: number;
  /** Increase when the contents of a view may have changed. */
  readonly versions: { readonly findings: number; readonly executions: number };
}

export const FINDING_FIELDS = ["product", "severity", "workflow", "record", "node", "account", "owner", "due"] as const;
export type FindingField = (typeof FINDING_FIELDS)[number];
export const FILTER_OPERATORS = ["is", "is not", "starts with"] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

/** One filter, as in Security Hub's console. */
export interface FindingFilter {
  readonly field: FindingField;
  readonly operator: FilterOperator;
  /** Empty: findings without the fact. */
  readonly value: string;
}

/** Characters that the value of a filter may have. */
export const MAX_FILTER_VALUE = 512;

export const FINDING_ORDERS = [
  "severity",
  "node",
  "owner",
  "age",
  "due",
  "workflow",
  "record",
  "product",
  "updated",
] as const;
export type FindingOrder = (typeof FINDING_ORDERS)[number];

/** One page of a list. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  /** From 0. */
  readonly page: number;
  readonly pageSize: number;
}

export interface FindingRow {
  /** Identifies the finding in the console only. */
  readonly key: string;
  readonly view: FindingView;
  /** Whole days for which the finding has been open, in the time of the run. Absent if it is closed. */
  readonly ageDays?: number;
}

/** Counts that filter the list when they are chosen. */
export interface Facets {
  /** Most findings first. The empty owner, last, stands for nodes without one. */
  readonly byOwner: readonly { readonly owner: string; readonly findings: number }[];
  /** Owners that are not listed. */
  readonly moreOwners: number;
  readonly byDue: Readonly<Record<NonNullable<FindingView["due"]>, number>>;
}

export interface FindingsPage extends Page<FindingRow>, Facets {
  /** Counts of all findings that pass the filters, not only of this page. */
  readonly bySeverity: Readonly<Record<Severity, number>>;
}

/** A change to a finding in this run. */
export interface FindingChange {
  /** ISO 8601. */
  readonly time: string;
  readonly action: string;
  readonly reason: string;
  /** Name of the execution that made the change. */
  readonly execution: string;
}

export interface FindingDetails extends FindingRow {
  readonly history: readonly FindingChange[];
  /** The finding as GetFindings returns it. */
  readonly asff: unknown;
}

export interface ExecutionRow {
  readonly name: string;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  readonly nodes: number;
  /** ISO 8601. */
  readonly startDate: string;
  readonly stopDate?: string;
  readonly retries: number;
  /** Whether its work was parked for redrive. */
  readonly parked: boolean;
  readonly error?: string;
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

export const COMPLIANCE_STATES = ["noncompliant", "compliant", "unknown", "never scanned"] as const;
export type ComplianceState = (typeof COMPLIANCE_STATES)[number];

export interface NodeRow {
  readonly nodeId: string;
  readonly name?: string;
  readonly platform: string;
  readonly hybrid: boolean;
  readonly online: boolean;
  readonly patchGroup?: string;
  readonly compliance: ComplianceState;
  readonly severity?: Severity;
  /** Causes of noncompliance, such as "2 missing, 1 failed", or the reason why the patch status is unknown. */
  readonly cause?: string;
  readonly operation?: string;
  /** ISO 8601. */
  readonly operationEnd?: string;
  /** Key of the node's open finding. */
  readonly finding?: string;
}

export interface FleetPage extends Page<NodeRow> {
  readonly byCompliance: Readonly<Record<ComplianceState, number>>;
}

/** Numbers of open findings by severity, over the run. */
export interface Trend {
  /** Epoch seconds. */
  readonly times: readonly number[];
  /** One list per severity, in the order of the severities. */
  readonly open: readonly (readonly number[])[];
}

/** The result of a switch or button. */
export interface CommandResult {
  readonly message: string;
}
