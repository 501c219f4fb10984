/**
 * What the console needs of the place that it shows: a local run or an account. The server and the page know nothing else
 * of either.
 */
import type { FindingView } from "../presentation/findings/finding-view.ts";
import type { ComplianceRow } from "../presentation/patches/patch-table.ts";
import type {
  About,
  ExecutionDetails,
  ExecutionQuery,
  ExecutionsPage,
  FindingChange,
  FindingRow,
  NodeProgress,
  NodeRow,
  Operation,
  ProgramState,
  QueueMessages,
  QueueName,
  TriageAnswer,
} from "./api.ts";

/** The findings that a source holds in memory. */
export interface FindingsSnapshot {
  /** Increases when a finding changes. */
  readonly revision: number;
  /** In the AWS Security Finding Format. The same object stands for the same version of a finding. */
  readonly findings: readonly object[];
  /** When they were read, ISO 8601. Absent if they are always current. */
  readonly readAt?: string;
  /** Why they may be out of date, in one sentence. */
  readonly problem?: string;
  /** Present until all of them were read once. */
  readonly incomplete?: true;
}

/** A change of workflow status that a person asks for. */
export interface TriageRequest {
  /** Id and ProductArn of each finding. */
  readonly findings: readonly { readonly id: string; readonly productArn: string }[];
  readonly status: "NEW" | "NOTIFIED" | "SUPPRESSED";
  readonly note?: string;
  /** The person, for the note. */
  readonly by: string;
  /** Whether a note of somebody else is replaced. */
  readonly replaceNotes?: boolean;
}

/** The deployed or simulated program: its queues, executions and state machine. */
export interface ProgramSource {
  /** Increases when the executions may have changed. */
  revision(): number;
  state(): Promise<ProgramState>;
  executions(query: ExecutionQuery): Promise<ExecutionsPage>;
  /** Returns an execution by its name, or undefined if there is none. */
  execution(name: string): Promise<ExecutionDetails | undefined>;
  /** Returns the state machine in the Amazon States Language. */
  definition(): Promise<unknown>;
  /** Returns the messages in a queue, without changing them. */
  messages(queue: QueueName): Promise<QueueMessages>;
}

/** Actions of an operator. Each returns what it did, in one sentence. */
export interface Operations {
  redrive(): Promise<string>;
  sweep(): Promise<string>;
  /** Sends quarantined messages back to the work queue. */
  readonly replay?: () => Promise<string>;
}

/** Actions that only a simulated environment has. Each returns what it did, in one sentence. */
export interface Simulation {
  setHubAvailable(available: boolean): string;
  /** @param nodes all if absent */
  patch(nodes?: readonly string[]): Promise<string>;
  scan(nodes?: readonly string[]): Promise<string>;
  /** Returns how far the patch runs and scans are that run now. */
  progress(): NodeProgress | undefined;
}

/** Where the data of the console come from. Its members are functions, so that they can be passed on alone. */
export interface ConsoleSource {
  readonly about: About;
  /** Returns the time of the source. A run can be faster than the clock on the wall. */
  readonly now: () => Date;
  readonly findings: () => FindingsSnapshot;
  /** Reads the findings again. Absent if they are always current. */
  readonly refresh?: () => Promise<void>;
  /** Called when a page opens. The source may read more often until the returned function is called. */
  readonly watch?: () => () => void;
  /** Changes workflow statuses. Returns what was changed and what was not. */
  readonly triage: (request: TriageRequest) => Promise<TriageAnswer>;
  /** Returns the changes of one finding, newest first. */
  readonly history: (view: FindingView) => readonly FindingChange[];
  /** Returns what happened, in any order. */
  readonly activity: () => readonly Operation[];
  /**
   * Returns the patches of a node as Systems Manager reports them, or undefined if they cannot be read for this finding.
   * @throws {Error} if they could not be read now
   */
  readonly patchRows: (view: FindingView) => Promise<readonly ComplianceRow[] | undefined>;
  /** Whether {@link patchRows} costs nothing, so that pages may read the rows of all nodes. */
  readonly readsPatchesFreely: boolean;
  /**
   * Returns the managed nodes: the same array until one of them may have changed.
   * @param findings all findings of the source. A node's row links to its open one
   */
  readonly nodes?: (findings: readonly FindingRow[]) => readonly NodeRow[];
  /** Returns why a node is in the quarantine queue, or undefined if it is not. Absent: it is not known. */
  readonly quarantined?: (nodeId: string) => Promise<string | undefined>;
  readonly program?: ProgramSource;
  readonly operations?: Operations;
  readonly simulation?: Simulation;
}
