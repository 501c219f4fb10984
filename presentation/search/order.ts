import { SEVERITIES } from "../findings/finding-view.ts";
import { compareTexts } from "../findings/summary.ts";
import type { IndexedFinding } from "./finding-index.ts";

export const FINDING_ORDERS = [
  "severity",
  "node",
  "name",
  "owner",
  "age",
  "due",
  "workflow",
  "updated",
  "patches",
] as const;
/** What findings can be sorted by. */
export type FindingOrder = (typeof FINDING_ORDERS)[number];

/** What a finding is compared by; undefined if it lacks the fact. */
type Sorted = number | string | undefined;

const KEY_OF: Readonly<Record<FindingOrder, (finding: IndexedFinding) => Sorted>> = {
  severity: ({ row }) => SEVERITIES.indexOf(row.view.severity),
  node: ({ row }) => row.view.nodeId || undefined,
  name: ({ name }) => name,
  owner: ({ owner }) => owner,
  // The column shows days and the time since a change: the fewest come first.
  age: ({ openTime }) => (Number.isNaN(openTime) ? undefined : -openTime),
  due: ({ dueTime }) => (Number.isNaN(dueTime) ? undefined : dueTime),
  workflow: ({ row }) => row.view.workflowStatus,
  updated: ({ updatedTime }) => (Number.isNaN(updatedTime) ? undefined : -updatedTime),
  patches: ({ patches }) => (patches === 0 ? undefined : patches),
};

/**
 * Returns the findings in an order. Findings that lack the fact come last in either direction. Equal ones are sorted by
 * severity, worst first, and then by node.
 *
 * @example sorted(indexed, "due", false)[0]; // the finding that is due first
 */
export function sorted<Finding extends IndexedFinding>(
  findings: readonly Finding[],
  order: FindingOrder,
  descending: boolean,
): Finding[] {
  const keyed = findings.map((finding) => ({ finding, key: KEY_OF[order](finding), rank: KEY_OF.severity(finding) }));
  const direction = descending ? -1 : 1;
  return keyed
    .sort(
      (a, b) =>
        Number(a.key === undefined) - Number(b.key === undefined) ||
        direction * compare(a.key, b.key) ||
        compare(a.rank, b.rank) ||
        compareTexts(a.finding.row.view.nodeId, b.finding.row.view.nodeId) ||
        compareTexts(a.finding.row.key, b.finding.row.key),
    )
    .map(({ finding }) => finding);
}

function compare(a: Sorted, b: Sorted): number {
  if (a === undefined || b === undefined) return 0;
  return a < b ? -1 : a > b ? 1 : 0;
}
