import { unchecked } from "./unchecked.ts";

/** What a look at the account came to. */
export interface Judgement {
  readonly result: "ok" | "note" | "problem";
  readonly found: string;
  /** What a person can do about it; absent where nothing need be done. */
  readonly advice?: string;
}

/** One line of the answer. `unchecked`: nobody knows, because the look itself failed. */
export interface Line {
  readonly check: string;
  readonly result: Judgement["result"] | "unchecked";
  readonly found: string;
  readonly advice?: string;
}

export interface Check {
  readonly name: string;
  /** IAM actions that the look needs. */
  readonly needs: readonly string[];
  /** Nothing where there is nothing to say. @throws what the services answer */
  readonly look: () => Promise<Judgement | undefined>;
}

/** A look that fails says so, and holds no other one up. */
export async function lineOf({ name, needs, look }: Check): Promise<Line | undefined> {
  try {
    const judgement = await look();
    return judgement && { check: name, ...judgement };
  } catch (error) {
    return { check: name, result: "unchecked", ...unchecked(error, needs) };
  }
}

/** Several checks may need the same answer: it is asked for once, and a failure is a failure for each of them. */
export function once<Answer>(read: () => Promise<Answer>): () => Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  return () => (answer ??= read());
}
