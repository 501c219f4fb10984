/** The query of a list of managed nodes, as it stands in a link that people can read. */
import { SEVERITIES, type Severity } from "../findings/finding-view.ts";
import { listParams, readListQuery, type ListKind, type ListQuery, type Problem } from "../search/list-query.ts";

/** In the order in which they need attention. */
export const COMPLIANCE_STATES = ["noncompliant", "unknown", "never scanned", "compliant"] as const;
export type ComplianceState = (typeof COMPLIANCE_STATES)[number];

/** A managed node in the list. */
export interface NodeRow {
  readonly nodeId: string;
  readonly name?: string;
  readonly platform?: string;
  readonly platformVersion?: string;
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

export const NODE_FACETS = ["compliance", "severity", "platform", "patchGroup"] as const;
export type NodeFacet = (typeof NODE_FACETS)[number];

export const NODE_ORDERS = ["compliance", "name", "platform", "cause", "operation", "patchGroup"] as const;
/** What nodes can be sorted by. */
export type NodeOrder = (typeof NODE_ORDERS)[number];

/** Which nodes to list, and in which order. */
export type NodeQuery = ListQuery<NodeFacet, NodeOrder>;

export const ALL_NODES: NodeQuery = { text: "", facets: {}, order: "compliance", descending: false, page: 1 };

/** The values of facets that have a fixed list, in the order in which pages show them. `""`: the fact is absent. */
export const FIXED_NODE_VALUES: Readonly<Partial<Record<NodeFacet, readonly string[]>>> = {
  compliance: COMPLIANCE_STATES,
  severity: [...SEVERITIES, ""],
};

const NODE_LIST: ListKind<NodeFacet, NodeOrder> = {
  facets: NODE_FACETS,
  fixedValues: FIXED_NODE_VALUES,
  orders: NODE_ORDERS,
  defaultOrder: ALL_NODES.order,
};

/**
 * Reads a query from the parameters of a link.
 *
 * @example readNodeQuery(new URLSearchParams("compliance=noncompliant&q=web"));
 */
export function readNodeQuery(params: URLSearchParams): NodeQuery | Problem {
  return readListQuery(NODE_LIST, params);
}

/**
 * Returns the parameters of a link to a query. Leaves out what is the default.
 *
 * @example nodeParams({ ...ALL_NODES, facets: { platform: ["Ubuntu"] } }).toString(); // "platform=Ubuntu"
 */
export function nodeParams(query: NodeQuery): URLSearchParams {
  return listParams(NODE_LIST, query);
}
