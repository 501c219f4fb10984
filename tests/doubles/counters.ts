/** Counters for the tests of functions/. */
import type { Counter } from "../../functions/runtime/metrics.ts";

export const NO_METRICS: Counter = { count: () => undefined, record: () => undefined, gauge: () => undefined };

/** Puts the name of everything that is counted one by one into a list. */
export const countingIn = (names: string[]): Counter => ({ ...NO_METRICS, count: (name) => void names.push(name) });
