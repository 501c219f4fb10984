/** The provider's own configuration (Terraform, "AWS Provider", Argument Reference). */
import { partitionOf } from "../../../../local/program/partition.ts";
import type { Schema } from "../schema/shape.ts";
import { validate, type Failure } from "../schema/validate.ts";
import { isObject, isUnknown, objectOf, textOf, type Values } from "../values.ts";
import { PROVIDER_TYPE } from "../schema/provider-type.ts";
import type { Inherited } from "../rules/check.ts";
import { tagFailures } from "../rules/tags.ts";

export interface ProviderSettings extends Inherited {
  readonly account: string;
  readonly partition: string;
  readonly region: string;
}

/** Where the account ids come from. */
export interface Credentials {
  /** The account of the default credentials. */
  readonly account: string;
  /** Account ids by profile. */
  readonly profiles: Readonly<Record<string, string>>;
}

/** Inputs of the engine, not of the provider. */
const ENGINE_INPUTS = new Set(["version", "pluginDownloadURL", "pluginChecksums"]);

/** Checks the configuration. */
export function checkSettings(given: Values, schema: Schema): Failure[] {
  const shape = schema[PROVIDER_TYPE];
  if (shape === undefined) throw new Error("the schema lacks the provider");
  const values = structured(given, schema);
  const failures = validate(values, shape);
  if (failures.length > 0) return failures;
  return tagFailures(objectOf(objectOf(values, "defaultTags"), "tags"), "defaultTags.tags");
}

/** Reads the configuration. @throws {Error} as the provider does: unknown profile, account not allowed, no Region */
export function readSettings(given: Values, schema: Schema, credentials: Credentials): ProviderSettings {
  const values = structured(given, schema);
  const region = textOf(values, "region");
  if (region === "") throw new Error("Missing region configuration: set aws:region");
  const account = accountOf(values, credentials);
  const allowed = values["allowedAccountIds"];
  const forbidden = values["forbiddenAccountIds"];
  if (
    (Array.isArray(allowed) && allowed.length > 0 && !allowed.includes(account)) ||
    (Array.isArray(forbidden) && forbidden.includes(account))
  ) {
    throw new Error(`AWS account ID not allowed: ${account}`);
  }
  const defaultTags = objectOf(objectOf(values, "defaultTags"), "tags");
  return { account, region, partition: partitionOf(region), defaultTags };
}

/** Returns the inputs with structured values parsed: Pulumi sends those of a provider as JSON texts. */
function structured(given: Values, schema: Schema): Values {
  const entries = Object.entries(given).filter(([name]) => !ENGINE_INPUTS.has(name));
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const kind = schema[PROVIDER_TYPE]?.properties[name]?.kind;
      if (typeof value !== "string" || isUnknown(value) || kind === undefined || kind === "string")
        return [name, value];
      return [name, JSON.parse(value) as unknown];
    }),
  );
}

function accountOf(values: Values, { account, profiles }: Credentials): string {
  const profile = textOf(values, "profile");
  const profiled = profile === "" ? account : profiles[profile];
  if (profiled === undefined) throw new Error(`failed to get shared config profile, ${profile}`);
  const roles = values["assumeRoles"];
  const role: unknown = Array.isArray(roles) ? roles[0] : undefined;
  const roleArn = isObject(role) ? textOf(role, "roleArn") : "";
  return roleArn === "" ? profiled : (roleArn.split(":")[4] ?? profiled);
}
