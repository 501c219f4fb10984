import { DEFAULT_POLICIES, type Policies } from "../../contract/policies.ts";
import { parsePolicies } from "../../contract/policy-file.ts";
import type { PlainSettings } from "./shape.ts";

/**
 * Returns the policies that a stack's settings make.
 *
 * @throws {Error} if the functions would refuse them
 * @example
 * const { exceptions } = stackPolicies(readSettings());
 */
export function stackPolicies({ severityRules }: Pick<PlainSettings, "severityRules">): Policies {
  return parsePolicies(JSON.stringify({ ...DEFAULT_POLICIES, severityRules }));
}
