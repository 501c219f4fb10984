/** The orders of the lists of patches, CVEs and the nodes that lack them, and the search in these lists. */
import { compareSeverities, compareTexts } from "../presentation/findings/summary.ts";
import type { NodeWithPatch } from "../presentation/patches/node-with-patch.ts";
import { folded, wanted } from "../presentation/search/text.ts";
import type { LackedEntry } from "./lacked-entry.ts";

type Compare<Row> = (a: Row, b: Row) => number;
type Orders<Row> = Readonly<Record<string, Compare<Row>>>;

/** Text without a value comes last. */
const texts = (a = "\uffff", b = "\uffff"): number => compareTexts(a, b);

/** "severity" is the order that the index has. */
const ENTRY_ORDERS: Orders<LackedEntry> = {
  severity: () => 0,
  id: (a, b) => texts(a.id, b.id),
  nodes: (a, b) => a.nodes.length - b.nodes.length,
  since: (a, b) => texts(a.since, b.since),
  due: (a, b) => texts(a.dueDate, b.dueDate),
  overdue: (a, b) => a.overdue - b.overdue,
  related: (a, b) => a.related.length - b.related.length,
};

const NODE_ORDERS: Orders<NodeWithPatch> = {
  severity: (a, b) => compareSeverities(a.severity, b.severity),
  name: (a, b) => texts(folded(a.name ?? a.nodeId), folded(b.name ?? b.nodeId)),
  owner: (a, b) => texts(a.owner, b.owner),
  since: (a, b) => texts(a.since, b.since),
  due: (a, b) => texts(a.dueDate, b.dueDate),
  workflow: (a, b) => texts(a.workflow, b.workflow),
};

export interface WantedOrder {
  readonly order?: string | undefined;
  readonly direction?: string | undefined;
}

export const sortedEntries = (entries: readonly LackedEntry[], wish: WantedOrder): readonly LackedEntry[] =>
  sorted(entries, ENTRY_ORDERS, wish);

export const sortedNodes = (nodes: readonly NodeWithPatch[], wish: WantedOrder): readonly NodeWithPatch[] =>
  sorted(nodes, NODE_ORDERS, wish);

/** An order that does not exist leaves the rows as they are: worst first. */
function sorted<Row>(
  rows: readonly Row[],
  orders: Orders<Row>,
  { order = "", direction }: WantedOrder,
): readonly Row[] {
  const compare = Object.hasOwn(orders, order) ? orders[order] : undefined;
  if (compare === undefined) return direction === "descending" ? rows.toReversed() : rows;
  // Equal rows stay worst first.
  return rows.toSorted(direction === "descending" ? (a, b) => compare(b, a) : compare);
}

/** Returns the entries that have all words of a search in their id, title, CVEs or patches. */
export function matchingEntries(entries: readonly LackedEntry[], text: string): readonly LackedEntry[] {
  const words = wanted(text);
  if (words.length === 0) return entries;
  return entries.filter((entry) => {
    const all = searched(entry);
    return words.every((word) => all.includes(word));
  });
}

const known = new WeakMap<LackedEntry, string>();

function searched(entry: LackedEntry): string {
  const text = known.get(entry) ?? folded([entry.id, entry.title ?? "", ...entry.related].join("\n"));
  known.set(entry, text);
  return text;
}
