/**
 * The terms of a facet as they stand in links: `CRITICAL` includes a value, `!CRITICAL` excludes it, and `none` stands
 * for an absent fact. A value that would read as something else has a backslash before it.
 */
import { NONE } from "./facets.ts";

export interface Term {
  /** Empty: the fact is absent. */
  readonly value: string;
  readonly excluded: boolean;
}

/**
 * Returns the term for a value.
 *
 * @example termOf("SUPPRESSED", true); // "!SUPPRESSED"
 */
export function termOf(value: string, excluded = false): string {
  const isAmbiguous = value === NONE || /^[!\\]/.test(value);
  return `${excluded ? "!" : ""}${value === "" ? NONE : isAmbiguous ? `\\${value}` : value}`;
}

/**
 * Reads a term.
 *
 * @example readTerm("!none"); // { value: "", excluded: true }
 */
export function readTerm(term: string): Term {
  const excluded = term.startsWith("!");
  const word = excluded ? term.slice(1) : term;
  return { excluded, value: word === NONE ? "" : word.startsWith("\\") ? word.slice(1) : word };
}
