/**
 * IAM. Limits: IAM User Guide, "IAM and AWS STS quotas"; API reference, CreateRole and PutRolePolicy. Replacements:
 * Terraform, aws_iam_role (name, name_prefix, path) and aws_iam_role_policy (name, name_prefix, role).
 */
import { createHash } from "node:crypto";
import type { AccountEntry } from "../account/account-entry.ts";
import type { Account } from "../account/account.ts";
import { AwsError } from "../account/aws-error.ts";
import type { Failure } from "../schema/validate.ts";
import { objectOf, textOf, type Values } from "../values.ts";
import { arnOf, integer, text } from "./checks.ts";
import { policyDocument, policySize } from "./policy-documents.ts";
import { arn, type ResourceRules } from "./resource-rules.ts";

const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const NAME = /^[\w+=,.@-]+$/u;
const INLINE_POLICIES_BYTES = 10_240;

const role: ResourceRules = {
  autoName: { property: "name", maximum: 64, prefix: "namePrefix" },
  replaces: ["name", "namePrefix", "path"],
  global: true,
  checks: {
    name: text({ minimum: 1, maximum: 64, pattern: NAME }),
    description: text({ maximum: 1000, pattern: /^[\t\n\r -~\u00A1-\u00FF]*$/u }),
    maxSessionDuration: integer(3600, 43_200),
    path: text({ maximum: 512, pattern: /^\/([!-~]+\/)?$/u }),
    permissionsBoundary: text({ pattern: /^arn:aws[\w-]*:iam::(\d{12}|aws):policy\/.+$/u }),
    assumeRolePolicy: policyDocument({
      ...{ maximumBytes: 2048, countsWhiteSpace: false },
      ...{ principal: "required", resource: "forbidden" },
    }),
  },
  together: sameTagKeys,
  identify: (inputs, scope) => {
    const name = textOf(inputs, "name");
    const path = textOf(inputs, "path");
    const uniqueId = `AROA${digest(name).slice(0, 17).toUpperCase()}`;
    const outputs = { arn: arn(scope, "iam", `role${path === "" ? "/" : path}${name}`), uniqueId };
    return { id: name, outputs: { ...outputs, createDate: new Date().toISOString() } };
  },
  defaults: { path: "/", maxSessionDuration: 3600, forceDetachPolicies: false },
  existing: { refusal: (name) => `EntityAlreadyExists: Role with name ${name} already exists.` },
  beforeDelete: ({ key }, account) => {
    if (policiesOf(account, key).length > 0) {
      throw new AwsError("DeleteConflict", `Cannot delete entity, must delete policies first (role ${key}).`);
    }
  },
};

const rolePolicy: ResourceRules = {
  autoName: { property: "name", maximum: 128, prefix: "namePrefix" },
  replaces: ["name", "namePrefix", "role"],
  global: true,
  checks: {
    name: text({ minimum: 1, maximum: 128, pattern: NAME }),
    policy: policyDocument({
      ...{ maximumBytes: INLINE_POLICIES_BYTES, countsWhiteSpace: false },
      ...{ principal: "forbidden", resource: "required" },
    }),
  },
  identify: (inputs) => ({ id: `${textOf(inputs, "role")}:${textOf(inputs, "name")}`, outputs: {} }),
  existing: "overwrite",
  requires: requireRole,
};

export const IAM: Readonly<Record<string, ResourceRules>> = { [ROLE]: role, [ROLE_POLICY]: rolePolicy };

/** Accepts the ARN of a role. */
export const ROLE_ARN = (value: unknown): string | undefined =>
  arnOf("iam")(value) ?? (String(value).includes(":role/") ? undefined : "must be the ARN of a role");

/** IAM User Guide, "Tags for AWS Identity and Access Management resources": keys ignore upper and lower case. */
function sameTagKeys(inputs: Values): Failure[] {
  const keys = Object.keys(objectOf(inputs, "tagsAll")).map((key) => key.toLowerCase());
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  const reason = "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.";
  return twice === undefined ? [] : [{ property: `tags.${twice}`, reason }];
}

function requireRole(inputs: Values, account: Account): void {
  const name = textOf(inputs, "role");
  if (account.get({ type: ROLE, region: "", key: name }) === undefined) {
    throw new AwsError("NoSuchEntity", `The role with name ${name} cannot be found.`);
  }
  const others = policiesOf(account, name).filter((entry) => entry.inputs["name"] !== inputs["name"]);
  const bytes = [inputs, ...others.map((entry) => entry.inputs)]
    .map((policy) => policySize(textOf(policy, "policy"), false))
    .reduce((sum, size) => sum + size, 0);
  if (bytes > INLINE_POLICIES_BYTES) {
    throw new AwsError(
      "LimitExceeded",
      `Maximum policy size of ${INLINE_POLICIES_BYTES} bytes exceeded for role ${name}`,
    );
  }
}

function policiesOf(account: Account, role: string): AccountEntry[] {
  return account.all(ROLE_POLICY).filter(({ inputs }) => inputs["role"] === role);
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
