import type { Logger } from "@aws-lambda-powertools/logger";
import { cleanText } from "./text.ts";

/** What a state of the state machine hands to its function. */
export interface Task<Input> {
  /** Name of the execution, for the log. */
  readonly execution: string;
  readonly input: Input;
}

/** What goes through all functions as it is: how far a maintenance window's nodes have been read. */
interface Carried {
  readonly window?: unknown;
}

/** The Cause of an error may be 32 KiB long; redrive shows its beginning. */
const MAX_ERROR_BYTES = 1_000;

/**
 * Runs a function's own part: its log lines name the execution, and what it does not know of goes on beside its answer.
 * What it throws becomes part of a queue message, so its text is cleaned first.
 */
export async function runTask<Input extends object, Output extends object>(
  { execution, input }: Task<Input>,
  logger: Pick<Logger, "appendKeys">,
  run: (input: Input) => Promise<Output> | Output,
): Promise<Output & Carried> {
  logger.appendKeys({ execution });
  const { window }: Carried = input;
  try {
    return { ...(window !== undefined && { window }), ...(await run(input)) };
  } catch (error) {
    throw error instanceof Error ? withCleanText(error) : error;
  }
}

/** The Lambda runtime reports message and stack, and the stack repeats the message. */
function withCleanText(error: Error): Error {
  error.message = cleanText(error.message, MAX_ERROR_BYTES) ?? "unknown";
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  error.stack = [`${error.name}: ${error.message}`, ...frames]
    .map((line) => cleanText(line, MAX_ERROR_BYTES) ?? "")
    .join("\n");
  return error;
}
