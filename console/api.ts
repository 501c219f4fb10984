/** The types and choices that the console's server and its page share. It contains no code with effects. */
import type { DueState } from "../contract/due.ts";
import type { Page } from "./list-page.ts";
import type { NodeRow } from "../presentation/fleet/node-query.ts";
import type { NodeSearchResult } from "../presentation/fleet/node-search.ts";
import type { FindingView, Severity } from "../presentation/findings/finding-view.ts";
import type { SkipReason, TriageFailure } from "../presentation/findings/triage-plan.ts";
import type { Overview } from "../presentation/overview/overview.ts";
import type { NodeWithPatch } from "../presentation/patches/node-with-patch.ts";
import type { PatchRow } from "../presentation/patches/patch-table.ts";
import type { SearchResult } from "../presentation/search/search.ts";
import type { StateMachineLayout } from "../presentation/state-machine/layout.ts";

export type { FindingView, NodeRow, Overview, StateMachineLayout };
export type { Page };
export * from "./execution-api.ts";

export const QUEUES = ["work", "outage", "quarantine", "sweep"] as const;
export type QueueName = (typeof QUEUES)[number];

export const VIEWS = ["overview", "flow", "findings", "patches", "cves", "executions", "fleet", "queues"] as const;
export type View = (typeof VIEWS)[number];

/** What the console shows, and what it can do there. It does not change while the console runs. */
export interface About {
  readonly kind: "local run" | "account";
  readonly account: string;
  readonly region: string;
  /** Whether the findings of all accounts and Regions are shown that Security Hub aggregates. */
  readonly organization: boolean;
  /** The tag that names the owner of a node. */
  readonly ownerTag?: string;
  /** How many seconds of the run pass in one second. Local run only. */
  readonly timeScale?: number;
  /** Whether the program publishes nothing. */
  readonly planOnly?: boolean;
  /** The pages that the source has data for, in their order. */
  readonly views: readonly View[];
  /** What may be done: change workflow statuses, run the program's schedules, simulate patching and outages. */
  readonly can: { readonly triage: boolean; readonly operate: boolean; readonly simulate: boolean };
}

/** What every page shows, sent whenever it changes. */
export interface LiveState {
  /** The time of the source when this was sent, ISO 8601. A run can be faster than the clock on the wall. */
  readonly now: string;
  readonly about: About;
  /** Whether the findings can be read again on request. */
  readonly canRefresh: boolean;
  readonly findings: FindingsState;
  /** Absent if the queues and executions cannot be read. */
  readonly program?: ProgramState;
  /** How far the simulated patch runs and scans are. Absent if none runs. */
  readonly progress?: NodeProgress;
  /** Increases when the executions may have changed. */
  readonly executions: number;
}

/** Nodes that were patched or scanned, of those that were asked for. */
export interface NodeProgress {
  readonly done: number;
  readonly total: number;
}

export interface FindingsState {
  /** Increases when a finding changes. */
  readonly revision: number;
  /** Findings of this program that are active, and neither suppressed nor resolved. */
  readonly open: Readonly<Record<Severity, number>>;
  readonly closed: number;
  /** When they were read, ISO 8601. Absent if they are always current. */
  readonly readAt?: string;
  /** Why they may be out of date, in one sentence. */
  readonly problem?: string;
}

/** The state of the program at one moment. Facts that an account does not tell are absent. */
export interface ProgramState {
  /** Whether the switch for Security Hub is on. Local run only. */
  readonly hubAvailable?: boolean;
  /** False during an outage. */
  readonly hubAnswers?: boolean;
  readonly events?: { readonly put: number; readonly matched: number };
  /** Queues that cannot be read are absent. */
  readonly queues: Readonly<Partial<Record<QueueName, QueueState>>>;
  /** When it was read, ISO 8601. Absent if it is always current. */
  readonly readAt?: string;
  /** Why it may be out of date, in one sentence. */
  readonly problem?: string;
  readonly invocations?: { readonly dispatch: number; readonly redrive: number; readonly sweep: number };
  readonly executions?: { readonly running: number; readonly succeeded: number; readonly failed: number };
  /** Name of a state -> how often it was entered, and how many executions are in it. */
  readonly states?: Readonly<Record<string, { readonly entered: number; readonly now: number }>>;
  /** Findings that Security Hub refused for their content. */
  readonly rejected?: number;
  /** Requests that Security Hub received, whether it answered or not. */
  readonly hubCalls?: number;
  /** Calls that a role's policies did not allow. More than 0 is a defect of the program. */
  readonly denied?: number;
}

export interface QueueState {
  /** Messages. One message can hold several nodes. */
  readonly waiting: number;
  readonly inFlight: number;
  /** Nodes in the waiting messages, if they are known. */
  readonly nodes?: number;
}

/** Messages of a queue that a person opens. */
export interface QueueMessages {
  readonly total: number;
  /** At most 100, oldest first. */
  readonly rows: readonly QueueMessage[];
  /** Why rows are missing, in one sentence. */
  readonly note?: string;
}

export interface QueueMessage {
  readonly id: string;
  /** ISO 8601. */
  readonly since: string;
  readonly nodeIds: readonly string[];
  /** Why it waits. */
  readonly reason?: string;
  readonly attempts?: number;
}

/** Something that happened. */
export interface Operation {
  /** ISO 8601. */
  readonly time: string;
  /** In plain words, such as "closed 5 findings". */
  readonly what: string;
  readonly nodes?: number;
  /** The node, if it was only one. */
  readonly node?: { readonly nodeId: string; readonly name?: string };
}

/** What the first page shows. */
export interface OverviewAnswer {
  readonly overview: Overview;
  /** At most 50, newest first. */
  readonly activity: readonly Operation[];
  /** Older operations that are left out. */
  readonly olderActivity: number;
}

export interface FindingRow {
  /** Identifies the finding in the console only. */
  readonly key: string;
  readonly view: FindingView;
  /** Whole days for which the finding has been open, in the time of the run. Absent if it is closed. */
  readonly ageDays?: number;
}

/** A finding in the list. */
export interface ListedFinding {
  readonly key: string;
  readonly nodeId: string;
  readonly name?: string;
  readonly account: string;
  readonly region: string;
  readonly severity: Severity;
  /** What is wrong, in words. */
  readonly what: string;
  readonly owner?: string;
  /** Whole days for which it has been open, in the time of the source. Absent if it is closed. */
  readonly ageDays?: number;
  readonly deadline?: Deadline;
  readonly workflow: string;
  readonly product: string;
  /** ISO 8601. */
  readonly updatedAt: string;
  /** Present if it is closed. */
  readonly closed?: { readonly at: string; readonly proof?: string };
}

/** A due date, relative to the time of the source. */
export interface Deadline {
  readonly state?: DueState;
  /** Such as "due in 3 days". */
  readonly words: string;
  /** ISO 8601. */
  readonly date?: string;
}

/** One page of the findings that match a query (`presentation/search/query.ts`). */
export interface FindingsPage extends Omit<SearchResult, "rows" | "matching"> {
  readonly rows: readonly ListedFinding[];
}

/** A patch or a CVE in its list. */
export interface LackedRow {
  /** The KB number, the package without its version, or the CVE in upper case. */
  readonly id: string;
  readonly title?: string;
  readonly nodes: number;
  /** The worst severity that the patch itself decided. Absent if it decided none. */
  readonly severity?: Severity;
  readonly worstSeverity: Severity;
  /** The earliest day since which a node has lacked it. */
  readonly since?: string;
  /** The earliest due date. */
  readonly deadline?: Deadline;
  /** Nodes whose finding is overdue. */
  readonly overdue: number;
  /** CVEs of a patch, patches against a CVE. */
  readonly related: number;
}

/** One page of the patches or CVEs that open findings name. */
export interface LackedPage extends Page<LackedRow> {
  readonly gaps: PatchGaps;
}

/** A node that lacks a patch. Its severity and deadline are those of its finding. */
export interface LackingNode extends Omit<NodeWithPatch, "due" | "dueDate"> {
  readonly deadline?: Deadline;
}

/** A patch or a CVE, and one page of the nodes that lack it. It has no nodes if no open finding names it. */
export interface LackedDetails
  extends
    Page<LackingNode>,
    Omit<LackedRow, "nodes" | "worstSeverity" | "related">,
    Partial<Pick<LackedRow, "worstSeverity">> {
  /** CVEs of a patch, patches against a CVE. At most 200. */
  readonly related: readonly string[];
  readonly moreRelated: number;
  /** The vendor's or NVD's page. */
  readonly reference?: string;
  readonly gaps: PatchGaps;
}

/** What the findings do not tell, because they list only some of their patches and CVEs. */
export interface PatchGaps {
  /** Absent if nothing is missing. */
  readonly words?: string;
  /** Nodes that may also lack it: at most 20. */
  readonly nodes: readonly { readonly key: string; readonly nodeId: string; readonly name?: string }[];
  readonly moreNodes: number;
  /** The reads of the missing patches. Absent if they need no request. */
  readonly check?: PatchCheckState;
}

/** How far the missing patches were read from Systems Manager. */
export interface PatchCheckState {
  /** Nodes that the next check would read. */
  readonly next: number;
  readonly running: boolean;
  /** Nodes of the last check that were read, of those that it was started for. */
  readonly done: number;
  readonly total: number;
  /** Nodes that cannot be read with these credentials. */
  readonly unreadable: number;
  /** Why the last check stopped, in one sentence. */
  readonly problem?: string;
}

/** A change to a finding in this run. */
export interface FindingChange {
  /** ISO 8601. */
  readonly time: string;
  readonly action: string;
  readonly reason: string;
  /** Name of the execution that made the change, if it is known. */
  readonly execution?: string;
}

/** The patches of a finding's node. */
export interface FindingPatches {
  readonly rows: readonly PatchRow[];
  /** Why the rows are only those that the finding lists. */
  readonly problem?: string;
}

/** All rows that match a query: keys of findings, or ids of nodes. */
export interface MatchingKeys {
  readonly keys: readonly string[];
}

/** What a triage did. The message says it in words, one line each. */
export interface TriageAnswer extends CommandResult {
  /** Number of findings that were written. */
  readonly written: number;
  /** Findings that do not exist, or that Security Hub refused to write. */
  readonly failures: readonly TriageFailure[];
  /** Findings that the rules of triage left alone, and those that kept their note. */
  readonly skipped: readonly TriageSkipped[];
}

/** A finding that was not written. With `keptNote`, it has the new status, and the note that it had. */
export interface TriageSkipped {
  readonly id: string;
  readonly reason: SkipReason | "keptNote";
  /** The author of the note that stayed. */
  readonly noteOf?: string;
}

/** What a triage would write, one sentence each. */
export interface TriagePreview extends CommandResult {
  readonly changes: number;
  readonly words: readonly string[];
}

export interface FindingDetails extends FindingRow {
  readonly deadline?: Deadline;
  readonly history: readonly FindingChange[];
  /** Other open findings of the node. */
  readonly others: readonly FindingRow[];
  /** The finding as GetFindings returns it. */
  readonly asff: unknown;
}

/** One page of the nodes that match a query (`presentation/fleet/node-query.ts`). */
export type FleetPage = Omit<NodeSearchResult, "matching">;

/** A managed node without a finding. */
export interface NodeWithoutFinding {
  readonly node: NodeRow;
  /** Why the node is in the quarantine queue. */
  readonly quarantined?: string;
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

/** The page that a text in the header's search box names. */
export interface GoTarget {
  readonly view: View;
  /** The key of a patch or CVE, or the id of a node. */
  readonly open?: string;
  /** Words to search for. */
  readonly q?: string;
}
