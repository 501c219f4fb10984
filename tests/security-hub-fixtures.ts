/** A finding, a hub and a caller for the tests of the Security Hub stand-in. */
import { SecurityHub } from "../local/security-hub.ts";
import type { SecurityHubOptions } from "../local/security-hub.ts";

export const ACCOUNT = "123456789012";
export const PRODUCT = `arn:aws:securityhub:eu-west-1:${ACCOUNT}:product/${ACCOUNT}/default`;
const caller = { roleArn: `arn:aws:iam::${ACCOUNT}:role/publish`, account: ACCOUNT, region: "eu-west-1" };

export type Json = Record<string, unknown>;

/** The smallest finding that the format allows, with the given parts replaced; `undefined` leaves a part out. */
export function finding(parts: Json = {}): Json {
  const whole: Json = {
    SchemaVersion: "2018-10-08",
    Id: "eu-west-1/123456789012/i-1",
    ProductArn: PRODUCT,
    GeneratorId: "patches",
    AwsAccountId: ACCOUNT,
    CreatedAt: "2026-11-01T00:00:00.000Z",
    UpdatedAt: "2026-11-01T00:00:00.000Z",
    Title: "Noncompliant",
    Description: "Two patches are missing",
    Resources: [{ Type: "AwsEc2Instance", Id: "arn:aws:ec2:eu-west-1:123456789012:instance/i-1" }],
    FindingProviderFields: { Severity: { Label: "HIGH" }, Types: ["A/B/C"] },
    ...parts,
  };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
}

export function newHub(options: Partial<SecurityHubOptions> = {}): SecurityHub {
  const now = () => new Date("2026-11-20T12:00:00.000Z");
  return new SecurityHub({ account: ACCOUNT, region: "eu-west-1", now, findings: [], ...options });
}

/** Calls as the account's own role; the answer is plain JSON. */
export function call(hub: SecurityHub, operation: string, input: Json, account = ACCOUNT): Json {
  return JSON.parse(JSON.stringify(hub.call(operation, input, { ...caller, account }))) as Json;
}

export function load(hub: SecurityHub, ...findings: Json[]): Json {
  return call(hub, "BatchImportFindings", { Findings: findings });
}

/** The hub's only finding. */
export function only(hub: SecurityHub): Json {
  const [first, ...more] = hub.findings();
  if (first === undefined || more.length > 0)
    throw new Error(`Expected one finding, there are ${more.length + (first ? 1 : 0)}`);
  return { ...first };
}
