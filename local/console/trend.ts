import { SEVERITIES, type Severity } from "../../presentation/findings/finding-view.ts";
import type { Trend } from "./api.ts";

/** Enough for a plot; when they are reached, every second one goes. */
const MAX_SAMPLES = 600;

interface Sample {
  /** Epoch seconds. */
  readonly time: number;
  readonly open: Readonly<Record<Severity, number>>;
}

/** How many findings were open, from the start of the run to now; only changes count. */
export class TrendRecorder {
  #samples: Sample[] = [];

  /** @param time epoch milliseconds */
  add(time: number, open: Readonly<Record<Severity, number>>): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && SEVERITIES.every((severity) => last.open[severity] === open[severity])) return;
    this.#samples.push({ time: time / 1000, open });
    if (this.#samples.length > MAX_SAMPLES) {
      this.#samples = this.#samples.filter((_, index) => index % 2 === 0 || index === this.#samples.length - 1);
    }
  }

  /** @param now epoch milliseconds, up to which the last sample holds */
  trend(now: number): Trend {
    const last = this.#samples.at(-1);
    const samples = last === undefined ? [] : [...this.#samples, { time: now / 1000, open: last.open }];
    return {
      times: samples.map(({ time }) => time),
      open: SEVERITIES.map((severity) => samples.map(({ open }) => open[severity])),
    };
  }
}
