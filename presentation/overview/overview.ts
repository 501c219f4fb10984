import { byOwner, type OwnerCount } from "../findings/due.ts";
import { WORKFLOW_STATUSES, type Severity } from "../findings/finding-view.ts";
import { countBySeverity, isOpen } from "../findings/summary.ts";
import { patchIndex, type PatchEntry, type PatchIndex } from "../patches/patch-index.ts";
import type { FindingRow } from "../search/finding-index.ts";

/** The longest list on the overview. */
const MAX_LISTED = 5;

/** Numbers of managed nodes, if they were read. */
export interface NodeCounts {
  readonly compliant: number;
  readonly noncompliant: number;
  /** Their patch status is unknown. */
  readonly unknown: number;
}

/** What needs attention, on one page. "Open" leaves out suppressed and resolved findings. */
export interface Overview {
  readonly open: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly overdue: number;
  readonly dueSoon: number;
  /** At most 5, worst first. */
  readonly worstPatches: readonly WorstPatch[];
  /** Patches that findings list, all in all. */
  readonly patches: number;
  /** At most 5, most findings first. Empty if no node has an owner. */
  readonly worstOwners: readonly OwnerCount[];
  /** Nodes whose patch status is unknown, with those that Systems Manager does not manage. */
  readonly blindSpots: number;
  readonly unmanaged: number;
  /** Active findings by workflow status. */
  readonly byWorkflow: Readonly<Record<(typeof WORKFLOW_STATUSES)[number], number>>;
  readonly closed: number;
  /** Findings of other products, which no other number counts. */
  readonly others: number;
  /** Absent if no node was read. */
  readonly nodes?: NodeCounts & {
    readonly total: number;
    /** The share of compliant nodes, such as "98.7%". */
    readonly compliantShare: string;
  };
}

/** A patch without its list of nodes. */
export interface WorstPatch extends Pick<
  PatchEntry,
  "key" | "title" | "severity" | "worstSeverity" | "since" | "dueDate" | "overdue"
> {
  readonly nodes: number;
}

/**
 * Returns the overview of all findings. Leaves out findings of other products.
 *
 * @param patches the patches that nodes lack, if they were read; otherwise those that findings list
 * @example overviewOf(rows, { compliant: 987, noncompliant: 12, unknown: 1 }).nodes?.compliantShare; // "98.7%"
 */
export function overviewOf(
  rows: readonly FindingRow[],
  nodes?: NodeCounts,
  { patches }: Pick<PatchIndex, "patches"> = patchIndex(rows),
): Overview {
  const own = rows.filter(({ view }) => view.kind !== "other");
  const open = own.map(({ view }) => view).filter(isOpen);
  const active = own.filter(({ view }) => view.recordState !== "ARCHIVED");
  const owners = byOwner(open);
  return {
    open: open.length,
    bySeverity: countBySeverity(open),
    overdue: open.filter(({ due }) => due === "overdue").length,
    dueSoon: open.filter(({ due }) => due === "soon").length,
    worstPatches: patches.slice(0, MAX_LISTED).map(withoutNodes),
    patches: patches.length,
    // Only nodes without an owner: there is nobody to name.
    worstOwners: owners.some(({ owner }) => owner !== undefined) ? owners.slice(0, MAX_LISTED) : [],
    blindSpots: open.filter(({ kind }) => kind === "blindSpot").length,
    unmanaged: open.filter(({ blindSpot }) => blindSpot === "unmanaged").length,
    byWorkflow: countByWorkflow(active),
    closed: own.length - active.length,
    others: rows.length - own.length,
    ...(nodes !== undefined && nodesOf(nodes)),
  };
}

/**
 * Returns a share in percent with one decimal, rounded down: only all is 100%.
 *
 * @example share(9_999, 10_000); // "99.9%"
 */
export function share(part: number, whole: number): string {
  return part === whole ? "100%" : `${Math.floor((part / whole) * 1000) / 10}%`;
}

function nodesOf({ compliant, noncompliant, unknown }: NodeCounts): Pick<Overview, "nodes"> {
  const total = compliant + noncompliant + unknown;
  if (total === 0) return {};
  return { nodes: { compliant, noncompliant, unknown, total, compliantShare: share(compliant, total) } };
}

function withoutNodes({ key, title, severity, worstSeverity, since, dueDate, overdue, nodes }: PatchEntry): WorstPatch {
  return {
    key,
    ...(title !== undefined && { title }),
    ...(severity !== undefined && { severity }),
    worstSeverity,
    ...(since !== undefined && { since }),
    ...(dueDate !== undefined && { dueDate }),
    overdue,
    nodes: nodes.length,
  };
}

function countByWorkflow(rows: readonly FindingRow[]): Overview["byWorkflow"] {
  const counts = WORKFLOW_STATUSES.map(
    (status) => [status, rows.filter(({ view }) => view.workflowStatus === status).length] as const,
  );
  return Object.fromEntries(counts) as Overview["byWorkflow"];
}
