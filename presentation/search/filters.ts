/** Filters rows by facets, and counts the values of each facet. */
import { readTerm } from "./terms.ts";

interface Filter<Facet extends string> {
  readonly facet: Facet;
  readonly passes: (values: readonly string[]) => boolean;
}

/** The rows that pass, and what the others have. */
export interface Filtered<Facet extends string, Item> {
  readonly found: readonly Item[];
  /** The rows that only this facet refuses. */
  readonly refusedBy: Readonly<Record<Facet, readonly Item[]>>;
  /** Counts of each facet, as if it had no terms itself. */
  readonly counts: Readonly<Record<Facet, Map<string, number>>>;
}

interface Wanted<Facet extends string> {
  readonly facets: readonly Facet[];
  /** Terms (`terms.ts`) of each facet. */
  readonly terms: Readonly<Partial<Record<Facet, readonly string[]>>>;
}

/** Filters in one pass: a row that only one facet refuses still counts for that facet. */
export function filtered<Facet extends string, Item>(
  items: readonly Item[],
  { facets, terms }: Wanted<Facet>,
  valuesOf: (item: Item, facet: Facet) => readonly string[],
): Filtered<Facet, Item> {
  const filters = facets.flatMap((facet) => filterOf(facet, terms[facet] ?? []) ?? []);
  const counts = perFacet(facets, () => new Map<string, number>());
  const refusedBy = perFacet<Facet, Item[]>(facets, () => []);
  const found: Item[] = [];
  for (const item of items) {
    const [first, second] = filters.filter(({ facet, passes }) => !passes(valuesOf(item, facet)));
    if (second !== undefined) continue;
    if (first === undefined) found.push(item);
    else refusedBy[first.facet].push(item);
    for (const facet of first === undefined ? facets : [first.facet]) count(counts[facet], valuesOf(item, facet));
  }
  return { found, refusedBy, counts };
}

/** Returns a record with a value for each facet. */
export function perFacet<Facet extends string, Value>(
  facets: readonly Facet[],
  valueOf: (facet: Facet) => Value,
): Record<Facet, Value> {
  return Object.fromEntries(facets.map((facet) => [facet, valueOf(facet)])) as Record<Facet, Value>;
}

function count(counts: Map<string, number>, values: readonly string[]): void {
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
}

/** Included values are alternatives. No excluded value may be there. */
function filterOf<Facet extends string>(facet: Facet, given: readonly string[]): Filter<Facet> | undefined {
  const terms = given.map(readTerm);
  const included = new Set(terms.flatMap(({ value, excluded }) => (excluded ? [] : [value])));
  const excluded = new Set(terms.flatMap((term) => (term.excluded ? [term.value] : [])));
  if (included.size === 0 && excluded.size === 0) return undefined;
  const passes = (values: readonly string[]) =>
    !values.some((value) => excluded.has(value)) &&
    (included.size === 0 || values.some((value) => included.has(value)));
  return { facet, passes };
}
