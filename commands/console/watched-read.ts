/**
 * Repeats a read at an interval while a page is open, so that a forgotten console makes no calls. Reads do not overlap, and
 * the interval begins when a read ends.
 */
export class WatchedRead {
  readonly #read: () => Promise<void>;
  readonly #intervalMs: number;
  #pages = 0;
  #reading: Promise<void> | undefined;
  #endedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param read reports its failures itself and never rejects */
  constructor(read: () => Promise<void>, intervalMs: number) {
    this.#read = read;
    this.#intervalMs = intervalMs;
  }

  /** Reads for a page until the returned function is called. Reads at once if the last read is older than the interval. */
  watch(): () => void {
    this.#pages += 1;
    this.#schedule();
    let open = true;
    return () => {
      if (open) this.#pages -= 1;
      open = false;
      if (this.#pages === 0) this.#cancel();
    };
  }

  /** Reads now, or waits for the read in progress. */
  now(): Promise<void> {
    this.#cancel();
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      this.#endedAt = performance.now();
      this.#schedule();
    });
    return this.#reading;
  }

  /** Reads in a read that starts after this call: one in progress may have passed what was just written. */
  async afresh(): Promise<void> {
    await this.#reading;
    await this.now();
  }

  /** Starts no more reads. One in progress goes on without effect on the process. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #schedule(): void {
    if (this.#pages === 0 || this.#stopped || this.#reading !== undefined || this.#timer !== undefined) return;
    const age = this.#endedAt === undefined ? Infinity : performance.now() - this.#endedAt;
    this.#timer = setTimeout(() => void this.now(), Math.max(0, this.#intervalMs - age));
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
