/**
 * The roles of the captured program: their policies, who may assume them, and which access key belongs to which role.
 */
import { createHash } from "node:crypto";

/** The identity that signed a request. */
export interface Identity {
  readonly roleArn: string;
  /** The function whose code made the call; absent for the state machine itself. */
  readonly functionName?: string;
}

interface Role {
  readonly name: string;
  readonly arn: string;
  readonly trustPolicy: string;
  readonly policies: string[];
}

/** All roles, by ARN and by name. */
export class Roles {
  readonly #byArn = new Map<string, Role>();
  readonly #byName = new Map<string, Role>();
  readonly #identities = new Map<string, Identity>();

  /** Adds a role. @param trustPolicy the JSON text of AssumeRolePolicyDocument */
  add(name: string, arn: string, trustPolicy: string): void {
    const role = { name, arn, trustPolicy, policies: [] };
    this.#byArn.set(arn, role);
    this.#byName.set(name, role);
  }

  /** Adds an inline policy (JSON text) to the role of that name. */
  attach(roleName: string, policy: string): void {
    const role = this.#byName.get(roleName);
    if (role === undefined)
      throw new Error(`a role policy names role ${JSON.stringify(roleName)}, which is not in the graph`);
    role.policies.push(policy);
  }

  /** Returns the JSON texts of a role's policies. */
  policies(roleArn: string): readonly string[] {
    return this.#get(roleArn).policies;
  }

  trustPolicy(roleArn: string): string {
    return this.#get(roleArn).trustPolicy;
  }

  /** Returns an access key id for this identity. It has the form of a role session's and contains no secret. */
  accessKeyFor(identity: Identity): string {
    this.#get(identity.roleArn);
    const hash = createHash("sha256").update(`${identity.roleArn}|${identity.functionName ?? ""}`);
    const key = `ASIA${hash.digest("hex").slice(0, 16).toUpperCase()}`;
    this.#identities.set(key, identity);
    return key;
  }

  /** Returns the identity of an access key id, or undefined if no such key was issued. */
  identify(accessKeyId: string): Identity | undefined {
    return this.#identities.get(accessKeyId);
  }

  #get(roleArn: string): Role {
    const role = this.#byArn.get(roleArn);
    if (role === undefined) throw new Error(`role ${JSON.stringify(roleArn)} is not in the graph`);
    return role;
  }
}
