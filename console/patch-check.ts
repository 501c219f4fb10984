/** Reads the patches of nodes whose findings list only some, when a person asks for it. */
import type { FindingView } from "../presentation/findings/finding-view.ts";
import type { PatchCheckState } from "./api.ts";
import type { KnownFinding } from "./findings.ts";

/** Nodes of one check. At 2 calls a second, it takes at least 100 seconds. */
const MOST_NODES = 200;

type State = Omit<PatchCheckState, "next">;

/** Reads one node after the other. The source paces the calls. Only one check runs at a time. */
export class PatchCheck {
  readonly #read: (row: KnownFinding) => Promise<boolean>;
  /** Findings whose node cannot be read with these credentials, or has no rows. */
  readonly #unreadable = new WeakSet<FindingView>();
  #state: State = { running: false, done: 0, total: 0, unreadable: 0 };

  /** @param read returns whether the node could be read */
  constructor(read: (row: KnownFinding) => Promise<boolean>) {
    this.#read = read;
  }

  get isRunning(): boolean {
    return this.#state.running;
  }

  /** Returns how far the last check is. @param rows the findings that list only some of their patches or CVEs */
  state(rows: readonly KnownFinding[]): PatchCheckState {
    return { ...this.#state, next: this.#next(rows).length };
  }

  /** Starts to read nodes, unless a check runs. It stops at the first failure, because the next call would fail too. */
  start(rows: readonly KnownFinding[]): void {
    const next = this.#next(rows);
    if (this.#state.running || next.length === 0) return;
    this.#state = { running: true, done: 0, total: next.length, unreadable: 0 };
    void this.#readAll(next);
  }

  #next(rows: readonly KnownFinding[]): KnownFinding[] {
    return rows.filter(({ view }) => !this.#unreadable.has(view)).slice(0, MOST_NODES);
  }

  async #readAll(rows: readonly KnownFinding[]): Promise<void> {
    try {
      for (const row of rows) {
        const isRead = await this.#read(row);
        if (!isRead) this.#unreadable.add(row.view);
        const { done, unreadable } = this.#state;
        this.#state = { ...this.#state, done: done + 1, unreadable: unreadable + (isRead ? 0 : 1) };
      }
      this.#state = { ...this.#state, running: false };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#state = { ...this.#state, running: false, problem };
    }
  }
}
