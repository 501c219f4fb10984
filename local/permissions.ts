/** What IAM says to an API call: the caller's role policies against everything that the call needs. */
import type { ApiCall, Permissions } from "./admission.ts";
import { requiredPermissions } from "./iam-actions.ts";
import { isAllowed, parsePolicy, type Policy } from "./iam.ts";
import type { Roles } from "./roles.ts";

/** Permissions by the roles of the captured program; policies are parsed once. */
export class RolePermissions implements Permissions {
  readonly #roles: Roles;
  readonly #parsed = new Map<string, readonly Policy[]>();

  constructor(roles: Roles) {
    this.#roles = roles;
  }

  missing(call: ApiCall): { action: string; resource: string } | undefined {
    const policies = this.#policies(call.caller.roleArn);
    const needed = requiredPermissions(call.service, call.operation, call.input, call.caller);
    const refused = needed.find((permission) => !isAllowed(policies, permission).allowed);
    return refused === undefined ? undefined : { action: refused.action, resource: refused.resource };
  }

  /** @throws {Error} when a role's trust policy does not let this service assume it: the deployment would fail */
  requireTrust(roleArn: string, service: string, account: string): void {
    const trust = parsePolicy(this.#roles.trustPolicy(roleArn));
    const context = { "aws:SourceAccount": account };
    const request = { action: "sts:AssumeRole", resource: roleArn, principal: { Service: service }, context };
    if (!isAllowed([trust], request).allowed) {
      throw new Error(`role ${roleArn} cannot be assumed by ${service}: its trust policy does not allow it`);
    }
  }

  #policies(roleArn: string): readonly Policy[] {
    const known = this.#parsed.get(roleArn);
    if (known !== undefined) return known;
    const policies = this.#roles.policies(roleArn).map((policy) => parsePolicy(policy));
    this.#parsed.set(roleArn, policies);
    return policies;
  }
}
