import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { CALL_LIMITS } from "./failure.ts";

/** Starts executions of one state machine. */
export interface Workflow {
  /** Starting the same name twice is one start. */
  start(name: string, input: unknown): Promise<void>;
}

export const MAX_ATTEMPTS = 4;

export function workflow(
  stateMachineArn: string,
  client = new SFNClient({ ...CALL_LIMITS, maxAttempts: MAX_ATTEMPTS }),
): Workflow {
  return {
    start: async (name, input) => {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      } catch (error) {
        // The name says which messages it is for: the same messages came again after their execution had started.
        if (error instanceof Error && error.name === "ExecutionAlreadyExists") return;
        throw error;
      }
    },
  };
}
