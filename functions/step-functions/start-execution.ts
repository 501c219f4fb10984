import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { CALL_LIMITS } from "../runtime/failure.ts";

/** Starts executions of one state machine. */
export interface StateMachine {
  /**
   * Starts an execution. Starting the same name twice starts one execution.
   *
   * @param withinMs milliseconds after which the start counts as failed, even if it succeeds later
   * @throws {RefusedInput} if Step Functions will never accept this input; any other error is about the service
   */
  start(name: string, input: unknown, withinMs: number): Promise<void>;
}

/** Step Functions refuses the input of an execution for its content. */
export class RefusedInput extends Error {
  override readonly name = "RefusedInput";
}

/** StartExecution's errors about the request itself (API reference, StartExecution). */
const REFUSALS = new Set(["InvalidExecutionInput", "InvalidName", "ValidationException"]);
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
  };
}
