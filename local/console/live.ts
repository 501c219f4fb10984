import { realTime } from "../run/clock.ts";
import type { Flow } from "./api.ts";

/** How often the program is looked at, in milliseconds: what a person sees as at once. */
const LOOK_EVERY_MS = 500;

type Listener = (flow: string) => void;

/** Looks at the program, and tells watching pages what changed, all of them by one look. */
export class LiveFlow {
  readonly #look: () => Promise<Flow>;
  readonly #onFailure: (error: unknown) => void;
  readonly #listeners = new Set<Listener>();
  readonly #timer: NodeJS.Timeout;
  #last = "";
  #looking: Promise<void> | undefined;

  /** @param onFailure receives what went wrong at a look that nobody asked for */
  constructor(look: () => Promise<Flow>, onFailure: (error: unknown) => void) {
    this.#look = look;
    this.#onFailure = onFailure;
    this.#timer = realTime.setInterval(() => void this.tick(), LOOK_EVERY_MS);
  }

  /** @returns how to stop watching */
  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#last === "") void this.tick();
    else listener(this.#last);
    return () => void this.#listeners.delete(listener);
  }

  /** Looks, and tells if something changed. One look at a time. */
  tick(): Promise<void> {
    this.#looking ??= this.#tell().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Waits for the look that is under way. */
  async stop(): Promise<void> {
    realTime.clearInterval(this.#timer);
    await this.#looking;
  }

  async #tell(): Promise<void> {
    try {
      const flow = JSON.stringify(await this.#look());
      if (flow === this.#last) return;
      this.#last = flow;
      for (const listener of this.#listeners) listener(flow);
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
