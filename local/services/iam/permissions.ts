/** Authorises API calls: compares the policies of the caller's role with every permission that a call needs. */
import type { ApiCall, Permissions } from "../../gateway/admission.ts";
import { keyPermissions, requiredPermissions, type Permission } from "./iam-actions.ts";
import { isAllowed, parsePolicy, type Policy } from "./iam.ts";
import type { Roles } from "./roles.ts";

/** A permission that a role had and used. */
export interface UsedPermission extends Permission {
  readonly role: string;
}

/** The permissions of the roles in the captured program. Policies are parsed once. */
export class RolePermissions implements Permissions {
  readonly #roles: Roles;
  readonly #keyOf: (queueArn: string) => string | undefined;
  readonly #used = new Map<string, UsedPermission>();
  readonly #parsed = new Map<string, readonly Policy[]>();

  /** @param keyOf returns the KMS key of a queue, if it has one */
  constructor(roles: Roles, keyOf: (queueArn: string) => string | undefined = () => undefined) {
    this.#roles = roles;
    this.#keyOf = keyOf;
  }

  /** Each permission once. */
  get used(): readonly UsedPermission[] {
    return [...this.#used.values()];
  }

  missing(call: ApiCall): { action: string; resource: string } | undefined {
    const policies = this.#policies(call.caller.roleArn);
    const asked = requiredPermissions(call.service, call.operation, call.input, call.caller);
    const needed = asked.flatMap((each) => [each, ...keyPermissions(each, this.#keyOf(each.resource), call.caller)]);
    const refused = needed.find((permission) => !isAllowed(policies, permission).allowed);
    if (refused === undefined) for (const permission of needed) this.#record(call.caller.roleArn, permission);
    return refused === undefined ? undefined : { action: refused.action, resource: refused.resource };
  }

  /**
   * Checks that a service can assume a role.
   * @throws {Error} if the role's trust policy does not allow it: the deployment would fail
   */
  requireTrust(roleArn: string, service: string, account: string): void {
    const trust = parsePolicy(this.#roles.trustPolicy(roleArn));
    const context = { "aws:SourceAccount": account };
    const request = { action: "sts:AssumeRole", resource: roleArn, principal: { Service: service }, context };
    if (!isAllowed([trust], request).allowed) {
      throw new Error(`role ${roleArn} cannot be assumed by ${service}: its trust policy does not allow it`);
    }
  }

  #record(role: string, permission: Permission): void {
    this.#used.set([role, permission.action, permission.resource].join(" "), { role, ...permission });
  }

  #policies(roleArn: string): readonly Policy[] {
    const known = this.#parsed.get(roleArn);
    if (known !== undefined) return known;
    const policies = this.#roles.policies(roleArn).map((policy) => parsePolicy(policy));
    this.#parsed.set(roleArn, policies);
    return policies;
  }
}
