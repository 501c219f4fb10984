import type { StringFilter } from "@aws-sdk/client-securityhub";

/** A filter of GetFindings that any of these values fits. */
export function equalsAny(...values: readonly string[]): StringFilter[] {
  return values.map((Value) => ({ Value, Comparison: "EQUALS" }));
}
