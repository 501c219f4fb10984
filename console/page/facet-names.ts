import type { Facet } from "../../presentation/search/facets.ts";
import type { FindingQuery } from "../../presentation/search/query.ts";
import { readTerm } from "../../presentation/search/terms.ts";

/** The facets in the order of the page, with their titles. */
export const FACET_NAMES = {
  severity: "Severity",
  due: "Due",
  owner: "Owner",
  cause: "Cause",
  workflow: "Workflow status",
  platform: "Platform",
  patchGroup: "Patch group",
  age: "Age",
  record: "Open or closed",
  kind: "Kind",
  account: "Account",
  region: "Region",
  product: "Product",
} as const satisfies Readonly<Record<Facet, string>>;

/** The words for an absent fact. */
const ABSENT: Readonly<Partial<Record<Facet, string>>> = {
  due: "no deadline",
  owner: "no owner",
  cause: "no cause given",
  platform: "unknown",
  patchGroup: "no patch group",
  age: "closed or unknown",
};

/** Returns a value of a facet as the page shows it. */
export function valueName(facet: Facet, value: string): string {
  return value === "" ? (ABSENT[facet] ?? "none") : value;
}

/** A filter of a query, in words. */
export interface ChosenFilter {
  readonly facet: Facet;
  readonly value: string;
  readonly excluded: boolean;
  /** Such as "Owner: not payments". */
  readonly words: string;
}

/**
 * Returns the filters of a query in the order of the page.
 *
 * @example chosenFilters(query).map(({ words }) => words); // ["Severity: CRITICAL"]
 */
export function chosenFilters({ facets }: FindingQuery): ChosenFilter[] {
  return (Object.keys(FACET_NAMES) as Facet[]).flatMap((facet) =>
    (facets[facet] ?? []).map((term) => {
      const { value, excluded } = readTerm(term);
      const words = `${FACET_NAMES[facet]}: ${excluded ? "not " : ""}${valueName(facet, value)}`;
      return { facet, value, excluded, words };
    }),
  );
}
