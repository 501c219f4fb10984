import { compareTexts } from "../findings/summary.ts";
import { MAX_VALUE } from "./facets.ts";
import { readTerm } from "./terms.ts";

/** A tag with a value of its own on each node would fill the page. */
const MAX_VALUES = 12;

/** How many findings have a value. */
export interface FacetCount {
  /** Empty: the fact is absent. `facetLabel` names it. */
  readonly value: string;
  readonly findings: number;
  /** Absent if the query has no term for the value. */
  readonly selected?: "included" | "excluded";
}

/** The values of a facet. */
export interface FacetCounts {
  /** At most 12 values, and more only if more are selected. */
  readonly values: readonly FacetCount[];
  /** Values that are not listed. */
  readonly more: number;
}

/**
 * Returns the values of a facet to choose from: those of a fixed list in its order, others with most findings first, the
 * absent fact last. Values that no link can hold count as not listed.
 *
 * @param fixed the values of a facet that has a fixed list
 */
export function countedValues(
  fixed: readonly string[] | undefined,
  counts: ReadonlyMap<string, number>,
  terms: readonly string[],
): FacetCounts {
  const selected = new Map(terms.map(readTerm).map((term) => [term.value, term.excluded ? "excluded" : "included"]));
  const values = [...new Set([...counts.keys(), ...selected.keys()])].filter((value) => isListed(fixed, value));
  const all = values
    .map((value): FacetCount => {
      const state = selected.get(value);
      const findings = counts.get(value) ?? 0;
      return state === undefined
        ? { value, findings }
        : { value, findings, selected: state === "excluded" ? state : "included" };
    })
    .sort(comparison(fixed));
  const room = Math.max(MAX_VALUES, selected.size);
  const kept = new Set(all.toSorted((a, b) => Number(isChosen(b)) - Number(isChosen(a))).slice(0, room));
  const listed = all.filter((one) => kept.has(one));
  return { values: listed, more: Math.max(0, counts.size - listed.filter(({ findings }) => findings > 0).length) };
}

const isChosen = ({ selected }: FacetCount): boolean => selected !== undefined;

function isListed(fixed: readonly string[] | undefined, value: string): boolean {
  return fixed?.includes(value) ?? value.length <= MAX_VALUE;
}

function comparison(fixed: readonly string[] | undefined): (a: FacetCount, b: FacetCount) => number {
  if (fixed !== undefined) return (a, b) => fixed.indexOf(a.value) - fixed.indexOf(b.value);
  return (a, b) =>
    Number(a.value === "") - Number(b.value === "") || b.findings - a.findings || compareTexts(a.value, b.value);
}
