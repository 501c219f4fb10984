import type { DueState } from "../../contract/due.ts";
import type { FindingView, Severity } from "../findings/finding-view.ts";
import { compareSeverities } from "../findings/summary.ts";
import type { FindingRow } from "../search/finding-index.ts";

/** A node that lacks a patch. Its severity and due date are those of its finding, which may have worse patches. */
export interface NodeWithPatch {
  /** The key of its finding. */
  readonly key: string;
  readonly nodeId: string;
  readonly name?: string;
  readonly account: string;
  readonly region: string;
  readonly owner?: string;
  readonly platform?: string;
  readonly severity: Severity;
  /** Whether the patch decided the severity of the finding. Otherwise the patch is at most as severe. */
  readonly decides: boolean;
  readonly workflow: string;
  /** The day since which the node has lacked it. */
  readonly since?: string;
  /** Absent if there is no deadline, or an exception accepts the patch. */
  readonly dueDate?: string;
  readonly due?: DueState;
  /** Until when, by whom and why an exception accepts the patch. */
  readonly accepted?: string;
}

/** What many nodes that lack the same patch have in common. */
export interface Lacking {
  /** Worst first. */
  readonly nodes: readonly NodeWithPatch[];
  /** The severity of the worst finding among them. The patch itself may be less severe. */
  readonly worstSeverity: Severity;
  /** The worst severity that the patch itself decided. Absent if it decided none. */
  readonly severity?: Severity;
  /** The earliest day. */
  readonly since?: string;
  /** The earliest due date. */
  readonly dueDate?: string;
  readonly overdue: number;
}

/** What a finding says about one patch. */
export interface PatchFacts {
  readonly since?: string;
  readonly accepted?: string;
  readonly decides: boolean;
}

/** Returns a function that makes the node of a finding, with what it says about one patch. */
export function nodesOf({ key, view }: FindingRow): (facts: PatchFacts) => NodeWithPatch {
  const { computerName: name, owner, platform } = view;
  const node = {
    key,
    nodeId: view.nodeId,
    account: view.account,
    region: view.region,
    severity: view.severity,
    workflow: view.workflowStatus,
    ...(name !== undefined && { name }),
    ...(owner !== undefined && { owner }),
    ...(platform !== undefined && { platform }),
  };
  const due = { ...node, ...deadline(view) };
  return ({ since, accepted, decides }) => {
    const facts = { decides, ...(since !== undefined && { since }) };
    return accepted === undefined ? { ...due, ...facts } : { ...node, ...facts, accepted };
  };
}

/** A text that is no time would hide the earliest one. */
function deadline({ due, dueDate = "" }: FindingView): { due?: DueState; dueDate?: string } {
  const time = Date.parse(dueDate);
  return { ...(due !== undefined && { due }), ...(!Number.isNaN(time) && { dueDate: new Date(time).toISOString() }) };
}

/** Sums up the nodes that lack a patch. */
export function lacking(nodes: readonly NodeWithPatch[]): Lacking {
  let [since, dueDate]: (string | undefined)[] = [];
  let overdue = 0;
  // The worst findings come first.
  const severity = nodes.find(({ decides }) => decides)?.severity;
  for (const node of nodes) {
    since = earlier(since, node.since);
    dueDate = earlier(dueDate, node.dueDate);
    if (node.due === "overdue") overdue += 1;
  }
  return {
    nodes,
    worstSeverity: nodes[0]?.severity ?? "INFORMATIONAL",
    ...(severity !== undefined && { severity }),
    ...(since !== undefined && { since }),
    ...(dueDate !== undefined && { dueDate }),
    overdue,
  };
}

/**
 * Compares by severity, worst first, and then by the number of nodes, most first. A patch that is at most CRITICAL comes
 * after those that are.
 */
export function worstFirst(a: Lacking, b: Lacking): number {
  return bySeverityFirst(a, b) || b.nodes.length - a.nodes.length;
}

/** Compares by the severity of the patch, worst first. */
export function bySeverityFirst(a: Lacking, b: Lacking): number {
  return (
    compareSeverities(a.severity ?? a.worstSeverity, b.severity ?? b.worstSeverity) ||
    Number(a.severity === undefined) - Number(b.severity === undefined)
  );
}

/** Returns the earlier of two times in the same form, which sort as text. */
export function earlier(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}
