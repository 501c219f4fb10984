/** The form of the facts that this program assumes about AWS, and of what a check saw. */
import type { Samples } from "./samples.ts";

/** What a check saw. `not seen`: the account has no data that could show it. That proves nothing. */
export interface Observation {
  readonly verdict: "as assumed" | "differs" | "not seen";
  /** Numbers and words of AWS's API only: it is part of a text for a public issue. */
  readonly seen: string;
  /** Overrides the fact's own `handled`, if AWS can differ in several ways. */
  readonly handled?: boolean;
}

interface FactText {
  /** Never changes: reports name it. */
  readonly id: string;
  readonly statement: string;
  /** What the code assumes. */
  readonly assumed: string;
  /** What the code does if AWS does as assumed. */
  readonly then: string;
  /** What the code does otherwise. */
  readonly otherwise: string;
  /** True if nothing is lost and nothing is closed by mistake, even if AWS differs. */
  readonly handled: boolean;
  /** Files of the repository. */
  readonly reliesOn: readonly string[];
}

/** A fact that reads alone can show. */
export interface ReadFact extends FactText {
  readonly how: "read";
  /** @throws {Error} from the service */
  readonly check: (samples: Samples) => Promise<Observation>;
}

/** A fact that only the import of a test finding shows. The trial has the check (trial-steps.ts). */
export interface WriteFact extends FactText {
  readonly how: "write";
}

/** A fact that no call of this command can show. */
export interface ManualFact extends FactText {
  readonly how: "manual";
  /** How a person can see it. */
  readonly manual: string;
}

export type Fact = ReadFact | WriteFact | ManualFact;

/** Facts about one service, in the order of the page and the table. */
export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

export const asAssumed = (seen: string): Observation => ({ verdict: "as assumed", seen });
export const notSeen = (seen: string): Observation => ({ verdict: "not seen", seen });

/** @param handled overrides the fact's own, if AWS can differ in several ways */
export function differs(seen: string, handled?: boolean): Observation {
  return { verdict: "differs", seen, ...(handled !== undefined && { handled }) };
}

/** Words that AWS's API uses: letters in one word, or a few. Anything else may name a server or a person. */
const WORD = /^(?:EC2Instance|[A-Za-z][A-Za-z_]{0,39})$/;
const MAX_WORDS = 12;

/**
 * Returns how often each word occurs, most frequent first. Shows only words that look like a value of AWS's API.
 *
 * @param known values that are shown as they are
 * @example counts(["Missing", "Installed", "Missing"]); // "Missing 2, Installed 1"
 */
export function counts(values: Iterable<unknown>, known: readonly string[] = []): string {
  const found = new Map<string, number>();
  for (const value of values) {
    const word = known.find((each) => each === value) ?? shownWord(value);
    found.set(word, (found.get(word) ?? 0) + 1);
  }
  const ordered = [...found].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const rest = ordered.length > MAX_WORDS ? [`${ordered.length - MAX_WORDS} more`] : [];
  return [...ordered.slice(0, MAX_WORDS).map(([word, count]) => `${word} ${count}`), ...rest].join(", ");
}

function shownWord(value: unknown): string {
  if (value === undefined || value === null) return "(absent)";
  if (value === "") return "(empty)";
  if (typeof value !== "string") return `(${typeof value})`;
  return WORD.test(value) ? value : "(other text)";
}
