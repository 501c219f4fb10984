import type { ComplianceStringFilter } from "@aws-sdk/client-ssm";

/**
 * The compliance types that patching writes. Association comes first, in case only a filter's first value counts. A node
 * without a summary of its patches is read, and patch states count what such a summary would. A missing summary of
 * associations says that there are none.
 */
export const COMPLIANCE_TYPES = ["Association", "Patch"] as const;
export type ComplianceType = (typeof COMPLIANCE_TYPES)[number];

/**
 * Returns a filter of the compliance operations that matches any of these values.
 *
 * @example
 * const Filters = [equals("Status", "NON_COMPLIANT")];
 */
export function equals(Key: string, ...Values: string[]): ComplianceStringFilter {
  return { Key, Values, Type: "EQUAL" };
}
