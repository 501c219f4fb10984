import type { Logger } from "@aws-lambda-powertools/logger";
import { cleanText } from "./text.ts";

/** The input of a Lambda function that the state machine calls. */
export interface Task<Input> {
  /** Name of the execution, for the log. */
  readonly execution: string;
  /** The state's input: the output of the state before it. */
  readonly input: Input;
}

/** Redrive shows the beginning of the Cause. Step Functions itself allows 32 KiB. */
const MAX_ERROR_BYTES = 1_000;

/**
 * Runs one state of the state machine. Adds the execution's name to every log line.
 *
 * @throws the error of `run`. Its text becomes part of a queue message, so control characters are removed and each line
 *   is cut to 1,000 bytes.
 * @example
 * export const handler = (task: Task<Input>) => runTask(task, logger, (input) => run(input, ports));
 */
export async function runTask<Input extends object, Output extends object>(
  { execution, input }: Task<Input>,
  logger: Pick<Logger, "appendKeys">,
  run: (input: Input) => Promise<Output> | Output,
): Promise<Output> {
  logger.appendKeys({ execution });
  try {
    return await run(input);
  } catch (error) {
    throw error instanceof Error ? withCleanText(error) : error;
  }
}

/** Cleans the message and the stack. The Lambda runtime reports both, and the stack repeats the message. */
function withCleanText(error: Error): Error {
  error.message = cleanText(error.message, MAX_ERROR_BYTES) ?? "unknown";
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  error.stack = [`${error.name}: ${error.message}`, ...frames]
    .map((line) => cleanText(line, MAX_ERROR_BYTES) ?? "")
    .join("\n");
  return error;
}
