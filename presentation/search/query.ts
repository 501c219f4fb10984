/** The query of a list of findings, as it stands in a link that people can read. */
import { FACETS, FIXED_VALUES, type Facet } from "./facets.ts";
import { listParams, readListQuery, type ListKind, type ListQuery, type Problem } from "./list-query.ts";
import { FINDING_ORDERS, type FindingOrder } from "./order.ts";

export { MAX_TEXT, withToggled, type Problem } from "./list-query.ts";

/**
 * Which findings to list, and in which order. Without terms for `record`, only open findings match.
 *
 * @example
 * const query: FindingQuery = { ...EVERYTHING_OPEN, text: "web-win-1", facets: { workflow: ["!SUPPRESSED"] } };
 */
export type FindingQuery = ListQuery<Facet, FindingOrder>;

export const EVERYTHING_OPEN: FindingQuery = { text: "", facets: {}, order: "severity", descending: false, page: 1 };

const FINDING_LIST: ListKind<Facet, FindingOrder> = {
  facets: FACETS,
  fixedValues: FIXED_VALUES,
  orders: FINDING_ORDERS,
  defaultOrder: EVERYTHING_OPEN.order,
};

/**
 * Reads a query from the parameters of a link.
 *
 * @example readQuery(new URLSearchParams("severity=CRITICAL&severity=HIGH&q=web-win-1&due=overdue"));
 */
export function readQuery(params: URLSearchParams): FindingQuery | Problem {
  return readListQuery(FINDING_LIST, params);
}

/**
 * Returns the parameters of a link to a query. Leaves out what is the default.
 *
 * @example queryParams({ ...EVERYTHING_OPEN, facets: { due: ["overdue"] } }).toString(); // "due=overdue"
 */
export function queryParams(query: FindingQuery): URLSearchParams {
  return listParams(FINDING_LIST, query);
}
