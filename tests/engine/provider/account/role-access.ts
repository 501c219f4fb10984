/** What a role of the account may do, as far as AWS asks when a resource is created. Conditions are not evaluated. */
import { parsed } from "../rules/checks.ts";
import { isObject, textOf, type Values } from "../values.ts";
import type { Account } from "./account.ts";
import { AwsError } from "./aws-error.ts";

const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

/** Throws if the role is of this account and does not exist, or does not let the service assume it. */
export function requireTrust(account: Account, roleArn: string, service: string): void {
  if (!roleArn.includes(`:iam::${account.id}:role/`)) return;
  const role = account.byArn(ROLE, roleArn);
  if (role === undefined) throw new AwsError("InvalidParameterValueException", `the role ${roleArn} does not exist`);
  const trusted = statementsOf(textOf(role.inputs, "assumeRolePolicy")).some(({ Effect, Principal }) => {
    const services = isObject(Principal) ? [Principal["Service"]].flat() : [];
    return Effect === "Allow" && services.includes(service);
  });
  if (!trusted) throw new AwsError("InvalidParameterValueException", `${roleArn} cannot be assumed by ${service}`);
}

/** Throws if no inline policy of the role allows the action on the resource. */
export function requireAccess(account: Account, roleArn: string, action: string, resource: string): void {
  const roleName = roleArn.split("/").at(-1);
  const policies = account.all(ROLE_POLICY).filter(({ inputs }) => inputs["role"] === roleName);
  const allowed = policies
    .flatMap(({ inputs }) => statementsOf(textOf(inputs, "policy")))
    .some(
      (statement) =>
        statement["Effect"] === "Allow" &&
        matchesAny(statement["Action"], action) &&
        matchesAny(statement["Resource"], resource),
    );
  if (!allowed) {
    throw new AwsError(
      "InvalidParameterValueException",
      `${roleArn} has no permission to call ${action} on ${resource}`,
    );
  }
}

function statementsOf(document: string): Values[] {
  const policy = parsed(document);
  return isObject(policy) ? [policy["Statement"]].flat().filter(isObject) : [];
}

function matchesAny(patterns: unknown, value: string): boolean {
  return [patterns].flat().some((pattern) => {
    const literal = String(pattern).replaceAll(/[.+^${}()|[\]\\]/gu, String.raw`\$&`);
    return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "iu").test(value);
  });
}
