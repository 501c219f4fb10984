import type { Facet } from "../../presentation/search/facets.ts";
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
  changed: "Opened or closed",
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
  changed: "not known",
};

/** Returns a value of a facet as the page shows it. */
export function valueName(facet: Facet, value: string): string {
  return value === "" ? (ABSENT[facet] ?? "none") : value;
}

/** The facets of a list, in the order of the page. */
export interface FacetWords<Name extends string> {
  readonly titles: Readonly<Record<Name, string>>;
  /** Returns a value of a facet as the page shows it. */
  readonly valueName: (facet: Name, value: string) => string;
  /** Facets that matter only if rows differ in them. */
  readonly onlyIfSeveral?: readonly Name[];
}

export const FINDING_FACETS: FacetWords<Facet> = {
  titles: FACET_NAMES,
  valueName,
  onlyIfSeveral: ["account", "region", "product"],
};

/** A filter of a query, in words. */
interface ChosenFilter<Name extends string> {
  readonly facet: Name;
  readonly value: string;
  readonly excluded: boolean;
  /** Such as "Owner: not payments". */
  readonly words: string;
}

/**
 * Returns the filters of a query in the order of the page.
 *
 * @example chosenFilters(FINDING_FACETS, query.facets).map(({ words }) => words); // ["Severity: CRITICAL"]
 */
export function chosenFilters<Name extends string>(
  { titles, valueName: nameOf }: FacetWords<Name>,
  facets: Readonly<Partial<Record<Name, readonly string[]>>>,
): ChosenFilter<Name>[] {
  return (Object.keys(titles) as Name[]).flatMap((facet) =>
    (facets[facet] ?? []).map((term) => {
      const { value, excluded } = readTerm(term);
      const words = `${titles[facet]}: ${excluded ? "not " : ""}${nameOf(facet, value)}`;
      return { facet, value, excluded, words };
    }),
  );
}
