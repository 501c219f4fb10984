import type { CallCount } from "./recorder.ts";
import type { Quotas } from "./quotas.ts";

/** The shortest time in which the quotas allow the accepted calls, and the operation that needs it. */
export interface Bound {
  readonly seconds: number;
  readonly operation: string;
}

/**
 * Returns the time that a perfect scheduler would need for the accepted calls: the largest quotient of an operation's
 * accepted calls and its rate. Bursts are not counted. Undefined if no call has a quota.
 */
export function boundOf(calls: Readonly<Record<string, CallCount>>, quotas: Quotas | undefined): Bound | undefined {
  const bounds = Object.entries(calls).flatMap(([key, { accepted }]) => {
    const [service = "", operation = ""] = key.split(":");
    const rate = quotas?.(service, operation);
    return rate === undefined ? [] : [{ seconds: accepted / rate.perSecond, operation: key }];
  });
  return bounds.toSorted((a, b) => b.seconds - a.seconds)[0];
}
