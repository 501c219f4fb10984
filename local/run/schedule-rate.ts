const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ["minute", 60],
  ["hour", 3600],
  ["day", 86_400],
]);

/**
 * Returns the seconds between two runs of an EventBridge `rate(n unit)` expression.
 * @throws {Error} for any other expression: cron expressions do not run locally
 */
export function rateSeconds(expression: string): number {
  const match = /^rate\((\d{1,9}) (minute|hour|day)(s?)\)$/.exec(expression);
  const value = Number(match?.[1] ?? 0);
  const unit = UNIT_SECONDS.get(match?.[2] ?? "");
  // EventBridge requires the singular for 1 and the plural for other numbers.
  if (unit === undefined || value < 1 || (value === 1) !== (match?.[3] === "")) {
    throw new Error(
      `schedule expression ${JSON.stringify(expression)} is not supported by the local run; use rate(n minutes|hours|days)`,
    );
  }
  return value * unit;
}
