import { SEVERITIES, type Severity } from "../presentation/findings/finding-view.ts";
import type { Trend } from "./api.ts";

/** Enough for a plot. At this number every second sample is dropped. */
const MAX_SAMPLES = 600;

interface Sample {
  /** Epoch seconds. */
  readonly time: number;
  readonly open: Readonly<Record<Severity, number>>;
}

/** Records the numbers of open findings over the run. Only changes are stored. */
export class TrendRecorder {
  #samples: Sample[] = [];

  /** Adds a sample. @param time epoch milliseconds */
  add(time: number, open: Readonly<Record<Severity, number>>): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && SEVERITIES.every((severity) => last.open[severity] === open[severity])) return;
    this.#samples.push({ time: time / 1000, open });
    if (this.#samples.length > MAX_SAMPLES) {
      this.#samples = this.#samples.filter((_, index) => index % 2 === 0 || index === this.#samples.length - 1);
    }
  }

  /** Returns the samples. @param now epoch milliseconds; the last sample is repeated at this time */
  trend(now: number): Trend {
    const last = this.#samples.at(-1);
    const samples = last === undefined ? [] : [...this.#samples, { time: now / 1000, open: last.open }];
    return {
      times: samples.map(({ time }) => time),
      open: SEVERITIES.map((severity) => samples.map(({ open }) => open[severity])),
    };
  }
}
