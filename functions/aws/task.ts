import type { Logger } from "@aws-lambda-powertools/logger";

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

/** Runs a function's own part: its log lines name the execution, and what it does not know of goes on beside its answer. */
export async function runTask<Input extends object, Output extends object>(
  { execution, input }: Task<Input>,
  logger: Pick<Logger, "appendKeys">,
  run: (input: Input) => Promise<Output> | Output,
): Promise<Output & Carried> {
  logger.appendKeys({ execution });
  const { window }: Carried = input;
  return { ...(window !== undefined && { window }), ...(await run(input)) };
}
