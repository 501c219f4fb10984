import { SEVERITIES } from "../findings/finding-view.ts";
import { compareTexts } from "../findings/summary.ts";
import { countedValues, type FacetCounts } from "../search/facet-counts.ts";
import { filtered, perFacet } from "../search/filters.ts";
import { listPage, type ListPage } from "../search/list-page.ts";
import { folded, wanted } from "../search/text.ts";
import {
  COMPLIANCE_STATES,
  FIXED_NODE_VALUES,
  NODE_FACETS,
  type NodeFacet,
  type NodeOrder,
  type NodeQuery,
  type NodeRow,
} from "./node-query.ts";

/** A node with all that searching reads, computed once. */
export interface IndexedNode {
  readonly row: NodeRow;
  readonly text: string;
  readonly values: Readonly<Record<NodeFacet, readonly string[]>>;
  /** Its place in each order. Absent if it lacks the fact. */
  readonly keys: Readonly<Record<NodeOrder, number | string | undefined>>;
}

/** The nodes that match a query. */
export interface NodeSearchResult extends ListPage<NodeRow> {
  /** Counts of each facet, as if it had no terms itself. */
  readonly facets: Readonly<Record<NodeFacet, FacetCounts>>;
}

/** Returns a node ready to be searched. Call it once for each version of a node. */
export function indexNode(row: NodeRow): IndexedNode {
  const { nodeId, name, platform, platformVersion, patchGroup, compliance, severity, cause, operation } = row;
  const end = Date.parse(row.operationEnd ?? "");
  const rank = COMPLIANCE_STATES.indexOf(compliance) * 10 + (severity === undefined ? 9 : SEVERITIES.indexOf(severity));
  return {
    row,
    text: folded([nodeId, name, platform, platformVersion, patchGroup, cause, operation].filter(Boolean).join("\n")),
    values: {
      compliance: [compliance],
      severity: [severity ?? ""],
      platform: [platform ?? ""],
      patchGroup: [patchGroup ?? ""],
    },
    keys: {
      compliance: rank,
      name: folded(name ?? nodeId),
      platform: platform && folded(`${platform} ${platformVersion ?? ""}`),
      cause,
      // The column shows the time since: the shortest comes first.
      operation: Number.isNaN(end) ? undefined : -end,
      patchGroup: patchGroup && folded(patchGroup),
    },
  };
}

/**
 * Returns the nodes that match a query, with the counts of all facets.
 *
 * @example searchNodes(rows.map(indexNode), { ...ALL_NODES, text: "web" }).total; // 12
 */
export function searchNodes(nodes: readonly IndexedNode[], query: NodeQuery): NodeSearchResult {
  const words = wanted(query.text);
  const { found, counts } = filtered(
    nodes.filter(({ text }) => words.every((word) => text.includes(word))),
    { facets: NODE_FACETS, terms: query.facets },
    ({ values }, facet) => values[facet],
  );
  const matching = found.toSorted(comparison(query)).map(({ row }) => row);
  return {
    ...listPage(matching, query.page),
    facets: perFacet(NODE_FACETS, (facet) =>
      countedValues(FIXED_NODE_VALUES[facet], counts[facet], query.facets[facet] ?? []),
    ),
  };
}

/** Nodes that lack the fact come last in either direction. Equal ones are sorted by compliance, and then by id. */
function comparison({ order, descending }: NodeQuery): (a: IndexedNode, b: IndexedNode) => number {
  const direction = descending ? -1 : 1;
  return (a, b) => {
    const [one, other] = [a.keys[order], b.keys[order]];
    return (
      Number(one === undefined || one === "") - Number(other === undefined || other === "") ||
      direction * compare(one, other) ||
      compare(a.keys.compliance, b.keys.compliance) ||
      compareTexts(a.row.nodeId, b.row.nodeId)
    );
  };
}

function compare(a: number | string | undefined, b: number | string | undefined): number {
  if (a === undefined || b === undefined || a === b) return 0;
  return a < b ? -1 : 1;
}
