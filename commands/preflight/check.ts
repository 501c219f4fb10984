/** The form of all preflight checks and of their results. */
import { unchecked } from "./failed-check.ts";

/** The result of a check that could be done. */
export interface Judgement {
  readonly result: "ok" | "note" | "problem";
  readonly found: string;
  /** What a person can do about it. Absent if nothing needs to be done. */
  readonly advice?: string;
}

/** One line of the output. `unchecked`: the check itself failed, so the result is unknown. */
export interface Line {
  readonly check: string;
  readonly result: Judgement["result"] | "unchecked";
  readonly found: string;
  readonly advice?: string;
}

/** A check of one aspect of the account. */
export interface Check {
  readonly name: string;
  /** IAM actions that the check needs. */
  readonly needs: readonly string[];
  /** Returns undefined if the check does not apply. @throws {Error} from the service */
  readonly run: () => Promise<Judgement | undefined>;
}

/**
 * Runs a check and returns its line, or undefined if the check does not apply. A failed check returns the line
 * `unchecked`, so that the other checks still run.
 */
export async function lineOf({ name, needs, run }: Check): Promise<Line | undefined> {
  try {
    const judgement = await run();
    return judgement && { check: name, ...judgement };
  } catch (error) {
    return { check: name, result: "unchecked", ...unchecked(error, needs) };
  }
}

/**
 * Returns a function that reads once and then returns the same answer. If the read fails, every check that needs it fails.
 *
 * @example const hub = once(() => readHub(account));
 */
export function once<Answer>(read: () => Promise<Answer>): () => Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  return () => (answer ??= read());
}
