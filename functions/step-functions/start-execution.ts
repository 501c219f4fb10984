import { ListExecutionsCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { CALL_LIMITS } from "../runtime/failure.ts";

/** An execution in a list. */
export interface ListedExecution {
  readonly name: string;
  readonly status: string;
}

/** Starts and lists executions of one state machine. */
export interface StateMachine {
  /**
   * Starts an execution. Starting the same name twice starts one execution.
   *
   * @param withinMs milliseconds after which the start counts as failed, even if it succeeds later
   * @throws {RefusedInput} if Step Functions will never accept this input; any other error is about the service
   */
  start(name: string, input: unknown, withinMs: number): Promise<void>;
  /**
   * Lists executions, newest first. It reads the next page when the caller asks for more. The list is eventually
   * consistent: a new execution can be missing, and one that has ended can still be running in it.
   *
   * @param only `RUNNING`, or all executions if absent
   */
  list(signal: AbortSignal, only?: "RUNNING"): AsyncIterable<ListedExecution>;
}

/** Step Functions refuses the input of an execution for its content. */
export class RefusedInput extends Error {
  override readonly name = "RefusedInput";
}

/** StartExecution's errors about the request itself (API reference, StartExecution). */
const REFUSALS = new Set(["InvalidExecutionInput", "InvalidName", "ValidationException"]);
/** Executions per page of a list. */
export const PAGE_SIZE = 100;
/** Attempts of the SDK per call. */
export const MAX_CALL_ATTEMPTS = 4;

/**
 * Returns a client for one state machine.
 *
 * @example
 * await stateMachine(stateMachineArn).start("patch-findings-1f3a", { references }, 10_000);
 */
export function stateMachine(
  stateMachineArn: string,
  client = new SFNClient({ ...CALL_LIMITS, maxAttempts: MAX_CALL_ATTEMPTS }),
): StateMachine {
  return {
    start: async (name, input, withinMs) => {
      const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
      try {
        await client.send(command, { abortSignal: AbortSignal.timeout(withinMs) });
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        // The same messages were delivered again after their execution had started.
        if (error.name === "ExecutionAlreadyExists") return;
        throw REFUSALS.has(error.name) ? new RefusedInput(`${error.name}: ${error.message}`, { cause: error }) : error;
      }
    },
    list: async function* (abortSignal, only) {
      const query = { stateMachineArn, maxResults: PAGE_SIZE, ...(only && { statusFilter: only }) };
      let nextToken: string | undefined;
      do {
        const command = new ListExecutionsCommand({ ...query, ...(nextToken !== undefined && { nextToken }) });
        const page = await client.send(command, { abortSignal });
        for (const { name = "", status = "" } of page.executions ?? []) yield { name, status };
        ({ nextToken } = page);
      } while (nextToken !== undefined);
    },
  };
}
