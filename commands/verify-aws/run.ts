import { failureKind } from "../../functions/runtime/failure.ts";
import { failedOperation, failureText, isBadCredentials } from "../account/client.ts";
import type { Fact, Observation } from "./fact.ts";
import { FACT_GROUPS } from "./facts.ts";
import type { Samples } from "./samples.ts";
import type { Trial } from "./trial-steps.ts";

/**
 * The result of a check. `not allowed`: AWS denied a call. `not checked`: a call failed, or the trial ended early.
 */
export type Verdict = Observation["verdict"] | "not allowed" | "not checked";

/** One line of the table. */
export interface Line {
  readonly fact: Fact;
  readonly verdict: Verdict;
  /** For the report: words and numbers only, no text of the account. */
  readonly seen: string;
  /** For the terminal: the message of the service. */
  readonly detail?: string;
  /** Of a difference: whether the code handles it. */
  readonly handled?: boolean;
}

/** Receives the number of finished checks before each check. */
export type Progress = (done: number, total: number) => void;

/**
 * Checks all facts, one after the other, and returns their lines.
 *
 * @param trial runs the trial; undefined without `--write`
 * @throws {Error} if AWS rejects the credentials: every other call would fail the same way
 * @example const lines = await checkFacts(samplesOf(account), undefined);
 */
export async function checkFacts(
  samples: Samples,
  trial: (() => Promise<Trial>) | undefined,
  progress: Progress = () => undefined,
): Promise<{ lines: Line[]; trial?: Trial }> {
  const facts = FACT_GROUPS.flatMap((group) => group.facts);
  const read = new Map<Fact, Line>();
  for (const [done, fact] of facts.entries()) {
    progress(done, facts.length);
    if (fact.how === "read") read.set(fact, await lineOf(fact, () => fact.check(samples)));
  }
  const done = trial && (await tried(trial));
  const lines = facts.map((fact) => read.get(fact) ?? otherLine(fact, done));
  return { lines, ...(done?.trial && { trial: done.trial }) };
}

/** The trial, or the error that kept it from starting. */
interface Tried {
  readonly trial?: Trial;
  readonly failure?: unknown;
}

async function tried(run: () => Promise<Trial>): Promise<Tried> {
  try {
    const trial = await run();
    return { trial, failure: trial.failure };
  } catch (failure) {
    return { failure };
  }
}

function otherLine(fact: Fact, done: Tried | undefined): Line {
  if (fact.how !== "write") return { fact, verdict: "not seen", seen: "by hand: no call of this command shows it" };
  if (done === undefined) return { fact, verdict: "not seen", seen: "only --write shows it" };
  const observation = done.trial?.observations.get(fact.id);
  if (observation !== undefined) return observed(fact, observation);
  if (done.failure !== undefined) return failed(fact, done.failure);
  return { fact, verdict: "not checked", seen: "interrupted" };
}

async function lineOf(fact: Fact, check: () => Promise<Observation>): Promise<Line> {
  try {
    return observed(fact, await check());
  } catch (error) {
    return failed(fact, error);
  }
}

function observed(fact: Fact, { verdict, seen, handled = fact.handled }: Observation): Line {
  return { fact, verdict, seen, ...(verdict === "differs" && { handled }) };
}

function failed(fact: Fact, error: unknown): Line {
  const cause = rootOf(error);
  const isRejected: boolean = isBadCredentials(cause);
  if (isRejected) throw error;
  // The program's own errors have messages without any text of the account, and no call failed.
  const operation = failedOperation(error);
  if (operation === undefined) return { fact, verdict: "not checked", seen: failureText(error) };
  const action = operation.replace(/^sfn:/, "states:");
  if (cause.name === "InvalidAccessException") {
    return { fact, verdict: "not seen", seen: "Security Hub is off, or refuses the caller", detail: cause.message };
  }
  const detail = failureText(error);
  if (failureKind(cause) === "denied") return { fact, verdict: "not allowed", seen: `missing: ${action}`, detail };
  return { fact, verdict: "not checked", seen: `${action} failed: ${errorName(cause)}`, detail };
}

/** Returns the SDK's own error. Some readers wrap it as the cause of their own. */
function rootOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error &&
    failedOperation(error) !== undefined &&
    failedOperation(error.cause) !== undefined
    ? rootOf(error.cause)
    : error;
}

const errorName = ({ name }: Error): string => (/^[A-Za-z.]{1,60}$/.test(name) ? name : "another error");

/** Returns true if a fact differs that the code does not handle, or a check could not be done. */
export function isTrouble({ verdict, handled }: Line): boolean {
  return verdict === "not allowed" || verdict === "not checked" || (verdict === "differs" && handled !== true);
}
