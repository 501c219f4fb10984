import type { StringFilter } from "@aws-sdk/client-securityhub";

/**
 * Returns a filter of GetFindings that matches any of these values.
 *
 * @example
 * const Filters = { RecordState: equalsAny("ACTIVE") };
 */
export function equalsAny(...values: readonly string[]): StringFilter[] {
  return values.map((Value) => ({ Value, Comparison: "EQUALS" }));
}
