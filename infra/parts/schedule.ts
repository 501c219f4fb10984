/**
 * Returns an EventBridge rate expression, in the singular for 1.
 *
 * @example
 * every(5, "minute"); // rate(5 minutes)
 */
export function every(count: number, unit: "minute" | "hour"): string {
  return `rate(${count} ${unit}${count === 1 ? "" : "s"})`;
}
