import type { LiveState } from "./api.ts";

/** What is compared. The time changes always. */
type Watched = Omit<LiveState, "now">;

// Taken when the module loads: a local run replaces the timers by ones that can be faster than the clock on the wall.
const { setInterval: startTimer, clearInterval: stopTimer } = globalThis;

/** Interval of the checks for changes, in milliseconds. People perceive it as immediate. */
const READ_INTERVAL_MS = 500;

type Listener = (state: Watched) => void;

/** Reads the state of the source at intervals and sends changes to all open pages. */
export class LiveUpdates {
  readonly #read: () => Promise<Watched>;
  readonly #onFailure: (error: unknown) => void;
  readonly #listeners = new Set<Listener>();
  readonly #timer: NodeJS.Timeout;
  #last: { readonly state: Watched; readonly text: string } | undefined;
  #reading: Promise<void> | undefined;

  /** @param onFailure receives errors of the reads */
  constructor(read: () => Promise<Watched>, onFailure: (error: unknown) => void) {
    this.#read = read;
    this.#onFailure = onFailure;
    this.#timer = startTimer(() => void this.update(), READ_INTERVAL_MS);
  }

  /** Calls the listener with each new state. @returns a function that stops it */
  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#last === undefined) void this.update();
    else listener(this.#last.state);
    return () => void this.#listeners.delete(listener);
  }

  /** Reads the state and sends it if it changed. Only one read runs at a time. */
  update(): Promise<void> {
    this.#reading ??= this.#readAndSend().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Stops reading, and waits for the read in progress. */
  async stop(): Promise<void> {
    stopTimer(this.#timer);
    await this.#reading;
  }

  async #readAndSend(): Promise<void> {
    try {
      const state = await this.#read();
      const text = JSON.stringify(state);
      if (text === this.#last?.text) return;
      this.#last = { state, text };
      for (const listener of this.#listeners) listener(state);
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
