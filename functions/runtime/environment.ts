import {
  optionalVariable,
  parseEnvironment,
  parseVariable,
  type FunctionName,
  type OptionalVariable,
  type ProcessVariables,
  type VariableOf,
  type Variables,
} from "../../contract/environment.ts";
import type { AccountScope } from "../work/account-scope.ts";
import type { NodeScope } from "../work/node-arn.ts";

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
 * Reads a variable that is set only if its setting is.
 *
 * @returns undefined if it is not set
 * @throws {Error} if it is malformed
 * @example
 * const policy = readOptional("UNMANAGED_INSTANCES");
 */
export function readOptional<Name extends OptionalVariable>(
  name: Name,
  env: ProcessVariables = process.env,
): Variables[Name] | undefined {
  return optionalVariable(name, env);
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

/**
 * Returns what the ARNs of the nodes have in common.
 *
 * @throws {Error} if ACCOUNT_ID, PARTITION or AWS_REGION is not set
 * @example
 * const tags = nodeTags(nodeScopeFrom());
 */
export function nodeScopeFrom(env: ProcessVariables = process.env): NodeScope {
  const scope = accountScopeFrom({ ACCOUNT_ID: parseVariable("ACCOUNT_ID", env) }, env);
  return { ...scope, partition: parseVariable("PARTITION", env) };
}
