import { realTime } from "../run/clock.ts";
import type { Flow } from "./api.ts";

/** Interval of the checks for changes, in milliseconds. People perceive it as immediate. */
const READ_INTERVAL_MS = 500;

type Listener = (flow: string) => void;

/** Reads the state of the program at intervals and sends changes to all open pages. */
export class LiveFlow {
  readonly #read: () => Promise<Flow>;
  readonly #onFailure: (error: unknown) => void;
  readonly #listeners = new Set<Listener>();
  readonly #timer: NodeJS.Timeout;
  #last = "";
  #reading: Promise<void> | undefined;

  /** @param onFailure receives errors of the reads */
  constructor(read: () => Promise<Flow>, onFailure: (error: unknown) => void) {
    this.#read = read;
    this.#onFailure = onFailure;
    this.#timer = realTime.setInterval(() => void this.update(), READ_INTERVAL_MS);
  }

  /** Calls the listener with each new state. @returns a function that stops it */
  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#last === "") void this.update();
    else listener(this.#last);
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
    realTime.clearInterval(this.#timer);
    await this.#reading;
  }

  async #readAndSend(): Promise<void> {
    try {
      const flow = JSON.stringify(await this.#read());
      if (flow === this.#last) return;
      this.#last = flow;
      for (const listener of this.#listeners) listener(flow);
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
