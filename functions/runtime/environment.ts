import en from "zod/v4/locales/en.js";
import * as z from "zod/mini";
import type { FindingScope, Home } from "../finding/finding-identity.ts";
import { SEVERITY_LABELS, type SeverityRule } from "../compliance/severity.ts";

// One language, by its own path: the index of all would be most of the bundle.
z.config(en());

const words = z.array(z.string().check(z.minLength(1)));
const severityRules = z.array(
  z.strictObject({
    complianceLevel: z.exactOptional(words),
    vendorSeverity: z.exactOptional(words),
    classification: z.exactOptional(words),
    platform: z.exactOptional(words),
    severity: z.enum(SEVERITY_LABELS),
  }),
);

/** @throws where the variable is not set: a deployment without it cannot work */
export function requiredVariable(name: string, env: NodeJS.ProcessEnv = process.env): string {
  const value = env[name];
  if (value === undefined || value === "") throw new Error(`the environment variable ${name} is not set`);
  return value;
}

/** The deployment's own severity rules, from JSON in SEVERITY_RULES; none where it is not set. */
export function severityRulesFrom(env: NodeJS.ProcessEnv = process.env): SeverityRule[] {
  const parsed = severityRules.safeParse(JSON.parse(env["SEVERITY_RULES"] ?? "[]"));
  if (parsed.success) return parsed.data;
  throw new Error(`SEVERITY_RULES is malformed: ${z.prettifyError(parsed.error)}`);
}

/** The account and Region whose nodes this stack looks after. */
export function homeFrom(env: NodeJS.ProcessEnv = process.env): Home {
  return { account: requiredVariable("ACCOUNT_ID", env), region: requiredVariable("AWS_REGION", env) };
}

export function findingScopeFrom(env: NodeJS.ProcessEnv = process.env): FindingScope {
  return {
    ...homeFrom(env),
    partition: requiredVariable("PARTITION", env),
    productName: requiredVariable("PRODUCT_NAME", env),
    companyName: requiredVariable("COMPANY_NAME", env),
    hybridResourceType: requiredVariable("HYBRID_RESOURCE_TYPE", env),
  };
}

/** Days without a patch operation after which a sweep calls a node a blind spot, from BLIND_SPOT_DAYS. */
export function blindSpotDaysFrom(env: NodeJS.ProcessEnv = process.env): number {
  const days = Number(requiredVariable("BLIND_SPOT_DAYS", env));
  if (Number.isInteger(days) && days > 0) return days;
  throw new Error(`BLIND_SPOT_DAYS is ${JSON.stringify(env["BLIND_SPOT_DAYS"])}; a whole number of days is needed`);
}

/** Whether findings are only planned, from PLAN_ONLY. */
export function planOnlyFrom(env: NodeJS.ProcessEnv = process.env): boolean {
  return requiredVariable("PLAN_ONLY", env) === "true";
}
