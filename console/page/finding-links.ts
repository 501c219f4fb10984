/** Links from numbers to the findings that they count. */
import { EVERYTHING_OPEN, queryParams, withToggled } from "../../presentation/search/query.ts";
import type { Facet } from "../../presentation/search/facets.ts";
import type { Overview } from "../api.ts";
import { hrefOf } from "./route.ts";

/**
 * Returns the address of the open findings with a value. It leaves out suppressed and resolved ones if there are any, as
 * the overview's numbers do.
 *
 * @example openFindingsHref(overview, "severity", "CRITICAL"); // "#/findings?severity=CRITICAL"
 */
export function openFindingsHref({ byWorkflow }: Overview, facet?: Facet, value = ""): string {
  const left = (["SUPPRESSED", "RESOLVED"] as const).filter((status) => byWorkflow[status] > 0);
  const all = left.reduce((query, status) => withToggled(query, "workflow", status, true), EVERYTHING_OPEN);
  const query = facet === undefined ? all : withToggled(all, facet, value);
  return hrefOf({ view: "findings", params: queryParams(query) });
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
