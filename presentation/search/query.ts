/** The query of a list of findings, as it stands in a link that people can read. */
import { oneLine, shortened } from "../findings/text.ts";
import { FACETS, FIXED_VALUES, MAX_VALUE, facetLabel, type Facet } from "./facets.ts";
import { FINDING_ORDERS, type FindingOrder } from "./order.ts";
import { readTerm, termOf } from "./terms.ts";

/**
 * Which findings to list, and in which order.
 *
 * @example
 * const query: FindingQuery = { ...EVERYTHING_OPEN, text: "web-win-1", facets: { workflow: ["!SUPPRESSED"] } };
 */
export interface FindingQuery {
  /** Words that a finding must have, all of them. Quotes hold a phrase together. */
  readonly text: string;
  /** Terms (`terms.ts`) of each facet. Without terms for `record`, only open findings match. */
  readonly facets: Readonly<Partial<Record<Facet, readonly string[]>>>;
  readonly order: FindingOrder;
  readonly descending: boolean;
  /** From 1. */
  readonly page: number;
}

/** Why a link is not a query, in one line. */
export interface Problem {
  readonly problem: string;
}

export const EVERYTHING_OPEN: FindingQuery = { text: "", facets: {}, order: "severity", descending: false, page: 1 };

export const MAX_TEXT = 200;
export const MAX_TERMS = 60;
const MAX_PAGE = 1_000_000;

const DIRECTIONS = ["ascending", "descending"] as const;
const SINGLE = ["q", "order", "direction", "page"] as const;
const PARAMETERS: readonly string[] = [...SINGLE, ...FACETS];

/** Carries a problem out of the parts of a query. */
class Refused extends Error {}

/**
 * Reads a query from the parameters of a link.
 *
 * @example readQuery(new URLSearchParams("severity=CRITICAL&severity=HIGH&q=web-win-1&due=overdue"));
 */
export function readQuery(params: URLSearchParams): FindingQuery | Problem {
  try {
    checkNames(params);
    return {
      text: readText(params),
      facets: readFacets(params),
      order: choice(params, "order", FINDING_ORDERS) ?? EVERYTHING_OPEN.order,
      descending: choice(params, "direction", DIRECTIONS) === "descending",
      page: readPage(params),
    };
  } catch (error) {
    if (error instanceof Refused) return { problem: error.message };
    throw error;
  }
}

/**
 * Returns the parameters of a link to a query. Leaves out what is the default.
 *
 * @example queryParams({ ...EVERYTHING_OPEN, facets: { due: ["overdue"] } }).toString(); // "due=overdue"
 */
export function queryParams({ text, facets, order, descending, page }: FindingQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (text !== "") params.append("q", text);
  for (const facet of FACETS) for (const term of facets[facet] ?? []) params.append(facet, term);
  if (order !== EVERYTHING_OPEN.order) params.append("order", order);
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
export function withToggled(query: FindingQuery, facet: Facet, value: string, excluded = false): FindingQuery {
  const terms = query.facets[facet] ?? [];
  const others = terms.filter((term) => readTerm(term).value !== value);
  const term = termOf(value, excluded);
  const next = terms.includes(term) ? others : [...others, term];
  const { [facet]: _, ...rest } = query.facets;
  return { ...query, facets: next.length === 0 ? rest : { ...rest, [facet]: next }, page: 1 };
}

function checkNames(params: URLSearchParams): void {
  if (params.size > MAX_TERMS + SINGLE.length) throw new Refused(`A link may have at most ${MAX_TERMS} filters.`);
  for (const name of params.keys()) {
    if (!PARAMETERS.includes(name)) throw new Refused(`Unknown parameter ${quoted(name)}. ${allowed(PARAMETERS)}`);
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

function readFacets(params: URLSearchParams): FindingQuery["facets"] {
  const named = FACETS.filter((facet) => params.has(facet));
  return Object.fromEntries(
    named.map((facet) => [facet, [...new Set(params.getAll(facet).map((word) => checkedTerm(facet, word)))]]),
  );
}

function checkedTerm(facet: Facet, word: string): string {
  const { value, excluded } = readTerm(word);
  if (value.length > MAX_VALUE) {
    throw new Refused(`${facet} ${quoted(value)} is too long: at most ${MAX_VALUE} characters.`);
  }
  const fixed = FIXED_VALUES[facet];
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
