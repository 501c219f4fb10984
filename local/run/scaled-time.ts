/**
 * Time that runs faster than in AWS: waits, retries, delays and schedules are divided by the time scale.
 * Time-outs and a queue's visibility time-out never are: real work does not get faster, and healthy messages would be
 * dead-lettered.
 */

/** How fast the clocks of queues go. */
export interface QueuePace {
  readonly timeScale: number;
  /** Seconds that a received message stays hidden at most; as long as in AWS by default. */
  readonly longestHiding?: number;
}

/** Whole seconds after scaling, at least 1; 0 stays 0 (SQS and the batching window know no fractions). */
export const wholeScaledSeconds = (seconds: number, timeScale: number): number =>
  seconds <= 0 ? 0 : Math.max(1, Math.ceil(seconds / timeScale));

/** A round of receive, send and delete takes as long as it takes, also on a busy machine. */
const SHORTEST_HIDING_SECONDS = 10;

/**
 * Seconds for which ReceiveMessage hides a message, which is also how long its work waits after a crash.
 */
export const scaledHiding = (seconds: number, timeScale: number): number =>
  Math.min(seconds, Math.max(SHORTEST_HIDING_SECONDS, wholeScaledSeconds(seconds, timeScale)));

const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ["minute", 60],
  ["hour", 3600],
  ["day", 86_400],
]);

/**
 * Seconds between two runs of an EventBridge `rate(n unit)` expression.
 * @throws {Error} for anything else; cron expressions are not played locally
 */
export function rateSeconds(expression: string): number {
  const match = /^rate\((\d{1,9}) (minute|hour|day)(s?)\)$/.exec(expression);
  const value = Number(match?.[1] ?? 0);
  const unit = UNIT_SECONDS.get(match?.[2] ?? "");
  // EventBridge insists on the singular for 1 and on the plural for the rest.
  if (unit === undefined || value < 1 || (value === 1) !== (match?.[3] === "")) {
    throw new Error(
      `schedule expression ${JSON.stringify(expression)} is not supported by the local run; use rate(n minutes|hours|days)`,
    );
  }
  return value * unit;
}
