/** The quota of one API operation. */
export interface Rate {
  /** Calls per second. */
  readonly perSecond: number;
  /** Calls that are accepted at once after a pause. */
  readonly burst: number;
}

/** Sums of fractions of a token may fall short of a whole one by this much. */
const ROUNDING = 1e-9;

/** Accepts calls up to a rate. It starts full. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #countedAt: number | undefined;

  constructor(rate: Rate) {
    this.#rate = rate;
    this.#tokens = rate.burst;
  }

  /** Takes a token if there is one. @param now milliseconds, never earlier than at the call before */
  take(now: number): boolean {
    const { perSecond, burst } = this.#rate;
    const seconds = (now - (this.#countedAt ?? now)) / 1000;
    this.#countedAt = now;
    this.#tokens = Math.min(burst, this.#tokens + seconds * perSecond);
    if (this.#tokens < 1 - ROUNDING) return false;
    this.#tokens -= 1;
    return true;
  }
}
