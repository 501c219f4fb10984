import { counted } from "../../contract/counted.ts";
import type { TriageAnswer } from "../api.ts";

/** Findings of one request. With fewer than the server takes, a person sees the progress. */
export const MOST_PER_REQUEST = 1_000;
/** Lines about single findings, before the rest is only counted. */
const MOST_LINES = 20;

/** Writes some of the findings. */
type Write = (keys: readonly string[]) => Promise<TriageAnswer>;

/**
 * Writes findings in batches, one after the other, and adds up the answers.
 *
 * @param onProgress receives what was done so far, before each batch but the first
 * @returns what was written and what was not
 * @throws {Error} if a batch failed, with what was written before
 * @example await writeInBatches(keys, (some) => post("/api/triage", { ...request, keys: some }), say);
 */
export async function writeInBatches(
  keys: readonly string[],
  write: Write,
  onProgress: (words: string) => void,
): Promise<string> {
  const answers: TriageAnswer[] = [];
  const written = (): number => answers.reduce((sum, answer) => sum + answer.written, 0);
  for (let start = 0; start < keys.length; start += MOST_PER_REQUEST) {
    if (start > 0) onProgress(`${start} of ${counted(keys.length, "finding")} done …`);
    try {
      answers.push(await write(keys.slice(start, start + MOST_PER_REQUEST)));
    } catch (error) {
      if (start === 0) throw error;
      const before = `Before that, ${counted(written(), "finding")} of the first ${start} were written.`;
      throw new Error(`${error instanceof Error ? error.message : String(error)} ${before}`, { cause: error });
    }
  }
  const [only, ...others] = answers;
  return only !== undefined && others.length === 0 ? only.message : sumOf(written(), answers);
}

function sumOf(written: number, answers: readonly TriageAnswer[]): string {
  const failed = answers.reduce((sum, { failures }) => sum + failures.length, 0);
  const left = answers.flatMap(({ skipped }) => skipped).filter(({ reason }) => reason !== "keptNote").length;
  const rest =
    (failed === 0 ? "" : ` ${counted(failed, "finding")} could not be written.`) +
    (left === 0 ? "" : ` ${counted(left, "finding")} left alone.`);
  const lines = answers.flatMap(({ message }) => message.split("\n").slice(1));
  const more = lines.length > MOST_LINES ? [`${counted(lines.length - MOST_LINES, "more line")} like this.`] : [];
  return [`${counted(written, "finding")} written.${rest}`, ...lines.slice(0, MOST_LINES), ...more].join("\n");
}
