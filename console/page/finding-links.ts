/** Links from numbers to the findings that they count. */
import { EVERYTHING_OPEN, queryParams, withToggled } from "../../presentation/search/query.ts";
import type { Facet } from "../../presentation/search/facets.ts";
import type { Overview } from "../api.ts";
import { hrefOf } from "./route.ts";

/**
 * Returns the address of the open findings with one of the values. It leaves out suppressed and resolved ones and those of
 * other products if there are any, as the overview's numbers do.
 *
 * @example openFindingsHref(overview, "severity", ["CRITICAL"]); // "#/findings?severity=CRITICAL"
 */
export function openFindingsHref(
  { byWorkflow, others }: Overview,
  facet?: Facet,
  values: readonly string[] = [],
): string {
  const left = (["SUPPRESSED", "RESOLVED"] as const).filter((status) => byWorkflow[status] > 0);
  const own = others > 0 && facet !== "kind" ? withToggled(EVERYTHING_OPEN, "kind", "other", true) : EVERYTHING_OPEN;
  const all = left.reduce((query, status) => withToggled(query, "workflow", status, true), own);
  const query = facet === undefined ? all : values.reduce((some, value) => withToggled(some, facet, value), all);
  return hrefOf({ view: "findings", params: queryParams(query) });
}

/** Returns the address of the findings about nodes whose patch status is unknown. */
export function blindSpotsHref(overview: Overview): string {
  return openFindingsHref(overview, "kind", overview.unmanaged > 0 ? ["blind spot", "unmanaged"] : ["blind spot"]);
}

/** Returns the address of the active findings with a workflow status. */
export function workflowHref(status: string): string {
  return hrefOf({ view: "findings", params: queryParams(withToggled(EVERYTHING_OPEN, "workflow", status)) });
}

/** Returns the address of the page of one patch. */
export function patchHref(key: string): string {
  return `#/patches/${encodeURIComponent(key)}`;
}

/** Returns the address of a node's finding, or of what is known about the node if it has none. */
export function nodeHref({ nodeId, finding }: { readonly nodeId: string; readonly finding?: string }): string {
  return hrefOf({ view: "findings", open: finding ?? nodeId });
}
