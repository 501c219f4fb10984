import type { Severity } from "../findings/finding-view.ts";
import { countBySeverity } from "../findings/summary.ts";
import { ageRange, FACETS, type Facet } from "./facets.ts";
import { countedValues, type FacetCounts } from "./facet-counts.ts";
import type { FindingRow, IndexedFinding } from "./finding-index.ts";
import { sorted } from "./order.ts";
import type { FindingQuery } from "./query.ts";
import { readTerm } from "./terms.ts";
import { wanted } from "./text.ts";

/** Rows on one page of a list. */
export const PAGE_SIZE = 50;

/** The findings that match a query. */
export interface SearchResult<Row extends FindingRow = FindingRow> {
  /** One page of the matching findings, sorted. */
  readonly rows: readonly Row[];
  /** All matching findings, sorted. */
  readonly matching: readonly Row[];
  /** Number of all matching findings. */
  readonly total: number;
  /** From 1. A page past the end is the last page. */
  readonly page: number;
  readonly pages: number;
  readonly pageSize: number;
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
  const { found, otherRecords, counts } = filtered(findings, query, now);
  const matching = sorted(found, query.order, query.descending).map(({ row }) => row);
  const all = [...found, ...otherRecords];
  const open = all.filter(({ values }) => values.record[0] === "open").map(({ row }) => row.view);
  counts.record.set("all", all.length);
  const pages = Math.max(1, Math.ceil(matching.length / PAGE_SIZE));
  const page = Math.min(Math.max(1, query.page), pages);
  return {
    rows: matching.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE),
    matching,
    total: matching.length,
    page,
    pages,
    pageSize: PAGE_SIZE,
    facets: perFacet((facet) => countedValues(facet, counts[facet], query.facets[facet] ?? [])),
    bySeverity: countBySeverity(open),
    open: open.length,
    closed: all.length - open.length,
  };
}

type Counts = Record<Facet, Map<string, number>>;

/** One pass: a finding that only one facet refuses still counts for that facet. */
function filtered<Row extends FindingRow>(
  findings: readonly IndexedFinding<Row>[],
  query: FindingQuery,
  now: Date,
): { found: IndexedFinding<Row>[]; otherRecords: IndexedFinding<Row>[]; counts: Counts } {
  const words = wanted(query.text);
  const filters = filtersOf(query);
  const counts = perFacet(() => new Map<string, number>());
  const found: IndexedFinding<Row>[] = [];
  const otherRecords: IndexedFinding<Row>[] = [];
  for (const finding of findings) {
    if (!words.every((word) => finding.text.includes(word))) continue;
    const valuesOf = (facet: Facet) => (facet === "age" ? [ageRange(finding.openTime, now)] : finding.values[facet]);
    const refusing = filters.filter(({ facet, passes }) => !passes(valuesOf(facet)));
    const [first, second] = refusing;
    if (second !== undefined) continue;
    if (first === undefined) found.push(finding);
    if (first?.facet === "record") otherRecords.push(finding);
    for (const facet of first === undefined ? FACETS : [first.facet]) count(counts[facet], valuesOf(facet));
  }
  return { found, otherRecords, counts };
}

function count(counts: Map<string, number>, values: readonly string[]): void {
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
}

interface Filter {
  readonly facet: Facet;
  readonly passes: (values: readonly string[]) => boolean;
}

/** Included values are alternatives. No excluded value may be there. */
function filtersOf({ facets }: FindingQuery): Filter[] {
  return FACETS.flatMap((facet) => {
    const terms = (facets[facet] ?? []).map(readTerm);
    const included = new Set(terms.flatMap(({ value, excluded }) => (excluded ? [] : [value])));
    const excluded = new Set(terms.flatMap((term) => (term.excluded ? [term.value] : [])));
    if (facet === "record" && terms.length === 0) included.add("open");
    if (facet === "record" && included.has("all")) included.clear();
    if (included.size === 0 && excluded.size === 0) return [];
    const passes = (values: readonly string[]) =>
      !values.some((value) => excluded.has(value)) &&
      (included.size === 0 || values.some((value) => included.has(value)));
    return [{ facet, passes }];
  });
}

function perFacet<Value>(valueOf: (facet: Facet) => Value): Record<Facet, Value> {
  return Object.fromEntries(FACETS.map((facet) => [facet, valueOf(facet)])) as Record<Facet, Value>;
}
