import * as z from "zod";
import type { Execution } from "../services/step-functions/execution.ts";
import type { ProgramState } from "../../console/api.ts";

const publishOutput = z.object({ rejected: z.array(z.unknown()) });

/** How much of an execution is counted. */
interface Counted {
  states: number;
  published: number;
}

/** Counts what executions did. It reads each state and each output once, because the console asks twice a second. */
export class ExecutionCounts {
  readonly #counted = new WeakMap<Execution, Counted>();
  readonly #entered = new Map<string, number>();
  #rejected = 0;

  /** @param executions all executions of the run */
  of(executions: readonly Execution[]): Pick<ProgramState, "executions" | "states" | "rejected"> {
    const byStatus = { running: 0, succeeded: 0, failed: 0 };
    const now = new Map<string, number>();
    for (const execution of executions) {
      this.#count(execution);
      const { status, states } = execution;
      byStatus[status === "RUNNING" ? "running" : status === "SUCCEEDED" ? "succeeded" : "failed"] += 1;
      if (status === "RUNNING") increase(now, states.at(-1) ?? "");
    }
    const states = Array.from(
      this.#entered,
      ([name, entered]) => [name, { entered, now: now.get(name) ?? 0 }] as const,
    );
    return { executions: byStatus, states: Object.fromEntries(states), rejected: this.#rejected };
  }

  #count(execution: Execution): void {
    const counted = this.#counted.get(execution) ?? { states: 0, published: 0 };
    this.#counted.set(execution, counted);
    const { states, published } = execution;
    for (; counted.states < states.length; counted.states += 1) increase(this.#entered, states[counted.states] ?? "");
    for (; counted.published < published.length; counted.published += 1) {
      this.#rejected += rejectedIn(published[counted.published]);
    }
  }
}

/** Returns how many findings Security Hub refused. Publish sends their nodes to the quarantine queue itself. */
function rejectedIn(output: unknown): number {
  return publishOutput.safeParse(output).data?.rejected.length ?? 0;
}

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
