import type { FindingView } from "../findings/finding-view.ts";
import { openSince } from "../findings/summary.ts";
import { facetValues, type FacetValues } from "./facets.ts";
import { folded, searchText } from "./text.ts";

/** A finding in a list, with a key that identifies it there. Callers add what else they need. */
export interface FindingRow {
  readonly key: string;
  readonly view: FindingView;
}

/** A finding with all that searching reads, computed once. */
export interface IndexedFinding<Row extends FindingRow = FindingRow> {
  readonly row: Row;
  readonly text: string;
  readonly values: FacetValues;
  /** Folded, so that names sort in any letter case. Absent if the finding has none. */
  readonly name?: string;
  readonly owner?: string;
  /** Epoch milliseconds. NaN if the finding is closed or has no readable time. */
  readonly openTime: number;
  /** Epoch milliseconds. NaN if there is no deadline, -Infinity if it is overdue without a date. */
  readonly dueTime: number;
  readonly updatedTime: number;
  /** Epoch milliseconds: when an open finding was opened, and a closed one closed. NaN if that is not known. */
  readonly changeTime: number;
  /** Number of noncompliant patches. */
  readonly patches: number;
}

/**
 * Returns a finding ready to be searched. Call it once for each version of a finding.
 *
 * @example const indexed = views.map((view) => indexFinding({ key: view.id, view }));
 */
export function indexFinding<Row extends FindingRow>(row: Row): IndexedFinding<Row> {
  const { view } = row;
  const { computerName, owner, due, dueDate = "" } = view;
  const dueTime = Date.parse(dueDate);
  return {
    row,
    text: searchText(view),
    values: facetValues(view),
    ...(computerName !== undefined && { name: folded(computerName) }),
    ...(owner !== undefined && { owner: folded(owner) }),
    openTime: view.recordState === "ARCHIVED" ? Number.NaN : Date.parse(openSince(view)),
    dueTime: Number.isNaN(dueTime) && due === "overdue" ? -Infinity : dueTime,
    updatedTime: Date.parse(view.updatedAt),
    changeTime: Date.parse(
      view.recordState === "ARCHIVED" ? view.updatedAt : (view.openedAt ?? view.firstObservedAt ?? view.createdAt),
    ),
    patches: view.causes.reduce((sum, { count }) => sum + count, 0),
  };
}

/** Which of a node's open findings an address means first. The fleet links to the compliance finding. */
const KINDS: Readonly<Record<FindingView["kind"], number>> = { compliance: 0, blindSpot: 1, other: 2 };
const CLOSED = 3;

/**
 * Returns the finding that an address names: by its key, or by the id of its node in any letter case. Of several
 * findings of a node, the open compliance finding comes first, then the open blind spot, and then the closed one that changed last.
 *
 * @example findFinding(indexed, "i-0a11c2e5d7f90b3a1")?.row.view.severity;
 */
export function findFinding<Row extends FindingRow>(
  findings: readonly IndexedFinding<Row>[],
  keyOrNode: string,
): IndexedFinding<Row> | undefined {
  const byKey = findings.find(({ row }) => row.key === keyOrNode);
  if (byKey !== undefined || keyOrNode === "") return byKey;
  const rank = ({ values, row }: IndexedFinding) => (values.record[0] === "closed" ? CLOSED : KINDS[row.view.kind]);
  const [first] = findings
    .filter(({ row }) => row.view.nodeId.toLowerCase() === keyOrNode.toLowerCase())
    .sort((a, b) => rank(a) - rank(b) || (b.updatedTime || 0) - (a.updatedTime || 0));
  return first;
}

/**
 * Returns the other open findings of the node that a finding is about.
 *
 * @example otherFindings(rows, row).map(({ key }) => key);
 */
export function otherFindings<Row extends FindingRow>(rows: readonly Row[], { key, view }: FindingRow): Row[] {
  if (view.nodeId === "") return [];
  // Hybrid nodes of two accounts may have the same id.
  return rows.filter(
    (row) =>
      row.key !== key &&
      row.view.nodeId === view.nodeId &&
      row.view.account === view.account &&
      row.view.region === view.region &&
      row.view.recordState !== "ARCHIVED",
  );
}
