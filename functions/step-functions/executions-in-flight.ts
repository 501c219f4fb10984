import { PAGE_SIZE, type StateMachine } from "./start-execution.ts";

/**
 * Begins the names of dispatch's executions. Executions of maintenance windows have other names: Systems Manager chooses
 * them, because their tasks give none (infra/flow/maintenance-windows.ts).
 */
export const EXECUTION_PREFIX = "patch-findings-";
/** Milliseconds after which ListExecutions shows a new execution. It is eventually consistent (API reference). */
export const SHOWN_AFTER_MS = 15_000;

/**
 * Starts executions, and counts those that dispatch started and that still run.
 *
 * Other execution environments of dispatch start executions too. Until a list shows them, this one does not know them.
 * So two environments that count at the same moment can together start twice as many executions as are free.
 *
 * @example
 * const executions = new ExecutionsInFlight(stateMachine(stateMachineArn));
 * const count = await executions.count(4, AbortSignal.timeout(10_000));
 */
export class ExecutionsInFlight implements Pick<StateMachine, "start"> {
  readonly #machine: StateMachine;
  readonly #now: () => number;
  /** Executions that this environment started and that no list has shown: name -> when, in epoch milliseconds. */
  readonly #unseen = new Map<string, number>();

  constructor(machine: StateMachine, now: () => number = Date.now) {
    this.#machine = machine;
    this.#now = now;
  }

  async start(name: string, input: unknown, withinMs: number): Promise<void> {
    await this.#machine.start(name, input, withinMs);
    this.#unseen.set(name, this.#now());
  }

  /**
   * Returns how many of dispatch's executions run.
   *
   * @param enough stops counting here, because no more can start
   * @throws the error of ListExecutions
   */
  async count(enough: number, signal: AbortSignal): Promise<number> {
    const running = new Set<string>();
    for await (const { name } of this.#machine.list(signal, "RUNNING")) {
      if (!name.startsWith(EXECUTION_PREFIX)) continue;
      running.add(name);
      this.#unseen.delete(name);
      if (running.size >= enough) return running.size;
    }
    this.#forgetOld();
    // An execution that no list has shown may have ended already. That costs a second call, so only if it matters.
    if (this.#unseen.size > 0 && running.size + this.#unseen.size >= enough) await this.#forgetEnded(signal);
    return running.size + this.#unseen.size;
  }

  #forgetOld(): void {
    const oldest = this.#now() - SHOWN_AFTER_MS;
    for (const [name, startedAt] of this.#unseen) if (startedAt <= oldest) this.#unseen.delete(name);
  }

  /** Forgets executions that have ended. It reads one page, because the executions are among the newest. */
  async #forgetEnded(signal: AbortSignal): Promise<void> {
    let read = 0;
    for await (const { name, status } of this.#machine.list(signal)) {
      if (status !== "RUNNING") this.#unseen.delete(name);
      read += 1;
      if (read >= PAGE_SIZE || this.#unseen.size === 0) return;
    }
  }
}
