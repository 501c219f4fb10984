import {
  parseEnvironment,
  parseVariable,
  type FunctionName,
  type ProcessVariables,
  type VariableOf,
  type Variables,
} from "../../contract/environment.ts";
import type { AccountScope } from "../work/account-scope.ts";

/** The variables of a function. */
type Environment<Name extends FunctionName> = Pick<Variables, VariableOf<Name>>;

/**
 * Reads a function's environment variables.
 *
 * @throws {Error} for a variable that is missing or malformed: such a deployment cannot work
 * @example
 * const { WORK_QUEUE_URL } = readEnvironment("dispatch");
 */
export function readEnvironment<Name extends FunctionName>(
  name: Name,
  env: ProcessVariables = process.env,
): Environment<Name> {
  return parseEnvironment(name, env);
}

/**
 * Returns the account and Region whose nodes this stack checks. Lambda sets AWS_REGION.
 *
 * @throws {Error} if AWS_REGION is not set
 * @example
 * const scope = accountScopeFrom(readEnvironment("dispatch"));
 */
export function accountScopeFrom(
  { ACCOUNT_ID }: Pick<Variables, "ACCOUNT_ID">,
  env: ProcessVariables = process.env,
): AccountScope {
  return { account: ACCOUNT_ID, region: parseVariable("AWS_REGION", env) };
}
