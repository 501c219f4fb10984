import type { Execution, ExecutionEvent } from "./execution.ts";

/** Gives the newest executions the payloads of their history, and takes them from the older ones. */
export class PayloadKeeper {
  readonly #newest: Execution[] = [];
  readonly #count: number;

  /** @param count how many executions keep their payloads */
  constructor(count: number) {
    this.#count = count;
  }

  /** A new execution; one more than are to keep their payloads takes them from the oldest. */
  add(execution: Execution): void {
    if (this.#count === 0) return;
    this.#newest.push(execution);
    if (this.#newest.length <= this.#count) return;
    for (const event of this.#newest.shift()?.events ?? []) delete event.payload;
  }

  keep(execution: Execution, event: ExecutionEvent, text: string): void {
    if (!this.#newest.includes(execution)) return;
    // What one state hands on is mostly what the next one gets: it is held once.
    const before = execution.events.at(-2)?.payload;
    event.payload = before === text ? before : text;
  }
}
