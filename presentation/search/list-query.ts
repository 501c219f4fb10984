/** The query of a list, as it stands in a link that people can read. */
import { oneLine, shortened } from "../findings/text.ts";
import { facetLabel, MAX_VALUE } from "./facets.ts";
import { readTerm, termOf } from "./terms.ts";

/** Which rows to list, and in which order. */
export interface ListQuery<Facet extends string, Order extends string> {
  /** Words that a row must have, all of them. Quotes hold a phrase together. */
  readonly text: string;
  /** Terms (`terms.ts`) of each facet. */
  readonly facets: Readonly<Partial<Record<Facet, readonly string[]>>>;
  readonly order: Order;
  readonly descending: boolean;
  /** From 1. */
  readonly page: number;
}

/** By what the rows of a list can be filtered and sorted. */
export interface ListKind<Facet extends string, Order extends string> {
  readonly facets: readonly Facet[];
  /** The values of facets that have a fixed list. */
  readonly fixedValues: Readonly<Partial<Record<Facet, readonly string[]>>>;
  readonly orders: readonly Order[];
  /** The order without a parameter. */
  readonly defaultOrder: Order;
}

/** Why a link is not a query, in one line. */
export interface Problem {
  readonly problem: string;
}

export const MAX_TEXT = 200;
const MAX_TERMS = 60;
const MAX_PAGE = 1_000_000;

const DIRECTIONS = ["ascending", "descending"] as const;
const SINGLE = ["q", "order", "direction", "page"] as const;

/** Carries a problem out of the parts of a query. */
class Refused extends Error {}

/**
 * Reads a query from the parameters of a link.
 *
 * @example readListQuery(FINDING_LIST, new URLSearchParams("severity=CRITICAL&q=web"));
 */
export function readListQuery<Facet extends string, Order extends string>(
  kind: ListKind<Facet, Order>,
  params: URLSearchParams,
): ListQuery<Facet, Order> | Problem {
  try {
    checkNames([...SINGLE, ...kind.facets], params);
    return {
      text: readText(params),
      facets: readFacets(kind, params),
      order: choice(params, "order", kind.orders) ?? kind.defaultOrder,
      descending: choice(params, "direction", DIRECTIONS) === "descending",
      page: readPage(params),
    };
  } catch (error) {
    if (error instanceof Refused) return { problem: error.message };
    throw error;
  }
}

/** Returns the parameters of a link to a query. Leaves out what is the default. */
export function listParams<Facet extends string, Order extends string>(
  kind: ListKind<Facet, Order>,
  { text, facets, order, descending, page }: ListQuery<Facet, Order>,
): URLSearchParams {
  const params = new URLSearchParams();
  if (text !== "") params.append("q", text);
  for (const facet of kind.facets) for (const term of facets[facet] ?? []) params.append(facet, term);
  if (order !== kind.defaultOrder) params.append("order", order);
  if (descending) params.append("direction", "descending");
  if (page > 1) params.append("page", String(page));
  return params;
}

/**
 * Returns the query after a click on a value: a selected value is removed, any other is added. The list starts at its
 * first page again.
 *
 * @example withToggled(query, "owner", "payments").facets.owner; // ["payments"]
 */
export function withToggled<Facet extends string, Order extends string>(
  query: ListQuery<Facet, Order>,
  facet: NoInfer<Facet>,
  value: string,
  excluded = false,
): ListQuery<Facet, Order> {
  const terms = query.facets[facet] ?? [];
  const others = terms.filter((term) => readTerm(term).value !== value);
  const term = termOf(value, excluded);
  const next = terms.includes(term) ? others : [...others, term];
  const { [facet]: _, ...rest } = query.facets;
  const facets = (next.length === 0 ? rest : { ...rest, [facet]: next }) as typeof query.facets;
  return { ...query, facets, page: 1 };
}

function checkNames(known: readonly string[], params: URLSearchParams): void {
  if (params.size > MAX_TERMS + SINGLE.length) throw new Refused(`A link may have at most ${MAX_TERMS} filters.`);
  for (const name of params.keys()) {
    if (!known.includes(name)) throw new Refused(`Unknown parameter ${quoted(name)}. ${allowed(known)}`);
  }
  for (const name of SINGLE) {
    if (params.getAll(name).length > 1) throw new Refused(`${name} may be given only once.`);
  }
}

function readText(params: URLSearchParams): string {
  const text = params.get("q") ?? "";
  if (text.length > MAX_TEXT) throw new Refused(`q ${quoted(text)} is too long: at most ${MAX_TEXT} characters.`);
  return text;
}

function readFacets<Facet extends string>(
  { facets, fixedValues }: Pick<ListKind<Facet, string>, "facets" | "fixedValues">,
  params: URLSearchParams,
): Partial<Record<Facet, readonly string[]>> {
  const read: Partial<Record<Facet, readonly string[]>> = {};
  for (const facet of facets) {
    if (!params.has(facet)) continue;
    read[facet] = [...new Set(params.getAll(facet).map((word) => checkedTerm(facet, word, fixedValues[facet])))];
  }
  return read;
}

function checkedTerm(facet: string, word: string, fixed: readonly string[] | undefined): string {
  const { value, excluded } = readTerm(word);
  if (value.length > MAX_VALUE) {
    throw new Refused(`${facet} ${quoted(value)} is too long: at most ${MAX_VALUE} characters.`);
  }
  if (fixed === undefined) return termOf(value, excluded);
  // People type links, and a fixed word has one meaning in either case.
  const known = fixed.find((one) => one.toLowerCase() === value.toLowerCase());
  if (known === undefined) {
    const hint = `${allowed(fixed.map(facetLabel))} A "!" before a value excludes it.`;
    throw new Refused(`${facet} cannot be ${quoted(word)}. ${hint}`);
  }
  return termOf(known, excluded);
}

function choice<Word extends string>(params: URLSearchParams, name: string, words: readonly Word[]): Word | undefined {
  const given = params.get(name);
  if (given === null) return undefined;
  const word = words.find((one) => one === given);
  if (word === undefined) throw new Refused(`${name} cannot be ${quoted(given)}. ${allowed(words)}`);
  return word;
}

function readPage(params: URLSearchParams): number {
  const given = params.get("page") ?? "1";
  const page = /^\d{1,7}$/.test(given) ? Number(given) : 0;
  if (page >= 1 && page <= MAX_PAGE) return page;
  throw new Refused(`page cannot be ${quoted(given)}. Allowed: 1 to ${MAX_PAGE}.`);
}

function allowed(words: readonly string[]): string {
  return `Allowed: ${words.join(", ")}.`;
}

function quoted(text: string): string {
  return `"${shortened(oneLine(text) ?? "", 60)}"`;
}
