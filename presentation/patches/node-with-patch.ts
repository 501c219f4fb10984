import type { DueState } from "../../contract/due.ts";
import { SEVERITIES, type FindingView, type Severity } from "../findings/finding-view.ts";
import { compareTexts } from "../findings/summary.ts";
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
  /** The severity of the worst finding among them. */
  readonly worstSeverity: Severity;
  /** The earliest day. */
  readonly since?: string;
  /** The earliest due date. */
  readonly dueDate?: string;
  readonly overdue: number;
}

/** Returns a node of a finding, with what it says about one patch. */
export function nodeWithPatch(
  { key, view }: FindingRow,
  { since, accepted }: { readonly since?: string; readonly accepted?: string },
): NodeWithPatch {
  const { computerName: name, owner, platform } = view;
  return {
    key,
    nodeId: view.nodeId,
    account: view.account,
    region: view.region,
    severity: view.severity,
    workflow: view.workflowStatus,
    ...(name !== undefined && { name }),
    ...(owner !== undefined && { owner }),
    ...(platform !== undefined && { platform }),
    ...(since !== undefined && { since }),
    ...(accepted === undefined ? deadline(view) : { accepted }),
  };
}

function deadline({ due, dueDate }: FindingView): { due?: DueState; dueDate?: string } {
  return { ...(due !== undefined && { due }), ...(dueDate !== undefined && { dueDate }) };
}

/** Sums up the nodes that lack a patch. */
export function lacking(nodes: readonly NodeWithPatch[]): Lacking {
  const sorted = nodes.toSorted(
    (a, b) => rank(a.severity) - rank(b.severity) || compareTexts(a.nodeId, b.nodeId) || compareTexts(a.key, b.key),
  );
  const since = earliest(nodes.map((node) => node.since));
  const dueDate = earliest(nodes.map((node) => node.dueDate));
  return {
    nodes: sorted,
    worstSeverity: sorted[0]?.severity ?? "INFORMATIONAL",
    ...(since !== undefined && { since }),
    ...(dueDate !== undefined && { dueDate }),
    overdue: nodes.filter(({ due }) => due === "overdue").length,
  };
}

/** Compares by severity, worst first, and then by the number of nodes, most first. */
export function worstFirst(a: Lacking, b: Lacking): number {
  return rank(a.worstSeverity) - rank(b.worstSeverity) || b.nodes.length - a.nodes.length;
}

/** Returns the earliest of the texts that are times. */
export function earliest(times: readonly (string | undefined)[]): string | undefined {
  const readable = times.filter((time) => time !== undefined && !Number.isNaN(Date.parse(time))) as string[];
  return readable.length === 0 ? undefined : readable.reduce((a, b) => (Date.parse(b) < Date.parse(a) ? b : a));
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
