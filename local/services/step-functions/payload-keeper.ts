import type { Execution, ExecutionEvent } from "./execution.ts";

/** Keeps the payloads in the history of the newest executions, and removes those of older ones. */
export class PayloadKeeper {
  readonly #newest: Execution[] = [];
  readonly #count: number;

  /** @param count how many executions keep their payloads */
  constructor(count: number) {
    this.#count = count;
  }

  /** Adds an execution. If too many keep their payloads, the oldest loses them. */
  add(execution: Execution): void {
    if (this.#count === 0) return;
    this.#newest.push(execution);
    if (this.#newest.length <= this.#count) return;
    for (const event of this.#newest.shift()?.events ?? []) delete event.payload;
  }

  keep(execution: Execution, event: ExecutionEvent, text: string): void {
    if (!this.#newest.includes(execution)) return;
    // The output of one state is usually the input of the next. It is stored once.
    const before = execution.events.at(-2)?.payload;
    event.payload = before === text ? before : text;
  }
}
