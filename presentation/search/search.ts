import type { Severity } from "../findings/finding-view.ts";
import { countBySeverity } from "../findings/summary.ts";
import { ageRange, FACETS, FIXED_VALUES, type Facet } from "./facets.ts";
import { countedValues, type FacetCounts } from "./facet-counts.ts";
import { filtered, perFacet } from "./filters.ts";
import type { FindingRow, IndexedFinding } from "./finding-index.ts";
import { listPage, type ListPage } from "./list-page.ts";
import { sorted } from "./order.ts";
import type { FindingQuery } from "./query.ts";
import { readTerm } from "./terms.ts";
import { wanted } from "./text.ts";

/** The findings that match a query. */
export interface SearchResult<Row extends FindingRow = FindingRow> extends ListPage<Row> {
  /** Counts of each facet, as if it had no terms itself: so the counts of its other values stay. */
  readonly facets: Readonly<Record<Facet, FacetCounts>>;
  /** Counts of the open findings that match all but the record facet. */
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly open: number;
  /** Closed findings that match all but the record facet. */
  readonly closed: number;
}

/**
 * Returns the findings that match a query, with the counts of all facets.
 *
 * @example searchFindings(indexed, { ...EVERYTHING_OPEN, text: "CVE-2026-40361" }, new Date()).total; // 12
 */
export function searchFindings<Row extends FindingRow>(
  findings: readonly IndexedFinding<Row>[],
  query: FindingQuery,
  now: Date,
): SearchResult<Row> {
  const words = wanted(query.text);
  const { found, refusedBy, counts } = filtered(
    findings.filter(({ text }) => words.every((word) => text.includes(word))),
    { facets: FACETS, terms: termsOf(query) },
    ({ values, openTime, changeTime }, facet) => {
      if (facet === "age") return [ageRange(openTime, now)];
      return facet === "changed" ? [ageRange(changeTime, now)] : values[facet];
    },
  );
  const matching = sorted(found, query.order, query.descending).map(({ row }) => row);
  const all = [...found, ...refusedBy.record];
  const open = all.filter(({ values }) => values.record[0] === "open").map(({ row }) => row.view);
  counts.record.set("all", all.length);
  return {
    ...listPage(matching, query.page),
    facets: perFacet(FACETS, (facet) => countedValues(FIXED_VALUES[facet], counts[facet], query.facets[facet] ?? [])),
    bySeverity: countBySeverity(open),
    open: open.length,
    closed: all.length - open.length,
  };
}

/** Open findings are listed if the query does not say which. */
function termsOf({ facets }: FindingQuery): FindingQuery["facets"] {
  const { record = [] } = facets;
  if (record.length === 0) return { ...facets, record: ["open"] };
  return record.includes("all") ? { ...facets, record: record.filter((term) => readTerm(term).excluded) } : facets;
}
