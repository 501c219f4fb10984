/** EventBridge's expression for a rate; it takes the singular for 1 alone. */
export function every(count: number, unit: "minute" | "hour"): string {
  return `rate(${count} ${unit}${count === 1 ? "" : "s"})`;
}
