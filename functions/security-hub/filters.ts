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

/**
 * Returns a filter of GetFindings that matches values which begin with any of these.
 *
 * @example
 * const Filters = { Id: startsWithAny("patch-manager-findings/eu-west-1/111122223333/i-0123456789abcdef0") };
 */
export function startsWithAny(...prefixes: readonly string[]): StringFilter[] {
  return prefixes.map((Value) => ({ Value, Comparison: "PREFIX" }));
}
