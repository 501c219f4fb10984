/** Settings that are accepted, and settings that are refused. */
import type { Settings } from "../infra/settings.ts";

const rule = (parts: object): string => JSON.stringify([{ severity: "HIGH", ...parts }]);

export const accepted: { setting: keyof Settings; texts: readonly string[] }[] = [
  {
    setting: "regions",
    texts: ['["us-east-1","ap-southeast-7"]', '["us-gov-west-1"]', '["us-isob-east-1"]', '["cn-northwest-1"]'],
  },
  { setting: "logRetentionDays", texts: ["1", "30", "3653"] },
  { setting: "batchingWindowSeconds", texts: ["1", "300"] },
  { setting: "redriveMinutes", texts: ["1", "60"] },
  { setting: "maximumConcurrency", texts: ["2", "1000"] },
  { setting: "sweepHours", texts: ["1", "72"] },
  { setting: "blindSpotDays", texts: ["1", "365"] },
  { setting: "planOnly", texts: ["true", "false"] },
  { setting: "export", texts: ["true", "false"] },
  { setting: "enableSecurityHub", texts: ["true", "false"] },
  { setting: "alarmEmail", texts: ["ann@example.com"] },
  {
    setting: "kmsKeys",
    texts: [
      "{}",
      '{"eu-west-1":"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}',
      '{"eu-west-1":"arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab"}',
    ],
  },
  {
    setting: "maintenanceWindows",
    texts: ["{}", '{"eu-west-1":["mw-0123456789abcdef0","mw-0c50858d01EXAMPLE"]}'],
  },
  { setting: "insights", texts: ["true", "false"] },
  { setting: "insightPatchGroups", texts: ["[]"] },
  { setting: "batchSize", texts: ["1", "1000"] },
  { setting: "reservedConcurrency", texts: ["5", "1000"] },
  { setting: "tracing", texts: ["true", "false"] },
  { setting: "namePrefix", texts: ["pf", "patch-findings-2", "abcdefghijklmnopqrst"] },
  { setting: "tags", texts: ["{}", '{"cost-center":"4711","owner":"Ann + Bob"}', '{"x":""}'] },
  {
    setting: "permissionsBoundary",
    texts: ["arn:aws:iam::123456789012:policy/boundary", "arn:aws-us-gov:iam::123456789012:policy/a/b/boundary"],
  },
  {
    setting: "severityRules",
    texts: [
      "[]",
      rule({}),
      rule({ complianceLevel: ["UNSPECIFIED", "CRITICAL"], platform: ["Ubuntu"] }),
      rule({ vendorSeverity: ["Important"], classification: ["Security"] }),
    ],
  },
];

export interface Refused {
  readonly setting: keyof Settings;
  readonly text: string;
  /** What is allowed, in the message; the value itself unless `shown` says otherwise. */
  readonly allowed: string;
  readonly shown?: string;
}
export const refused: readonly Refused[] = [
  { setting: "regions", text: "[]", allowed: ">=1 items" },
  { setting: "regions", text: "eu-west-1", shown: '"eu-west-1"', allowed: "expected array" },
  { setting: "regions", text: '["Ireland"]', shown: '"Ireland" at 0', allowed: "such as eu-west-1" },
  { setting: "regions", text: '["eu-west-1","eu-west"]', shown: '"eu-west" at 1', allowed: "such as eu-west-1" },
  { setting: "regions", text: '["eu-west-1","eu-west-1"]', allowed: "must name each Region once" },
  { setting: "regions", text: '["eu-west-1"', shown: '"[\\"eu-west-1\\""', allowed: "expected array" },
  { setting: "regions", text: '[["eu-west-1"]]', shown: '["eu-west-1"] at 0', allowed: "expected string" },
  { setting: "productName", text: '""', allowed: ">=1 characters" },
  { setting: "productName", text: '"  "', allowed: ">=1 characters" },
  { setting: "productName", text: "x".repeat(129), shown: `"${"x".repeat(99)}`, allowed: "<=128 characters" },
  { setting: "companyName", text: "[1]", allowed: "expected string" },
  { setting: "hybridResourceType", text: "Server", shown: '"Server"', allowed: '"Other"|"AwsEc2Instance"' },
  { setting: "logRetentionDays", text: "31", allowed: "must be one of 1, 3, 5, 7, 14, 30" },
  { setting: "logRetentionDays", text: "a month", shown: '"a month"', allowed: "expected number" },
  { setting: "batchingWindowSeconds", text: "0", allowed: ">=1" },
  { setting: "batchingWindowSeconds", text: "301", allowed: "<=300" },
  { setting: "batchingWindowSeconds", text: "1.5", allowed: "expected int" },
  { setting: "redriveMinutes", text: "0", allowed: ">=1" },
  { setting: "redriveMinutes", text: "61", allowed: "<=60" },
  { setting: "maximumConcurrency", text: "1", allowed: ">=2" },
  { setting: "maximumConcurrency", text: "1001", allowed: "<=1000" },
  { setting: "severityRules", text: "{}", allowed: "expected array" },
  {
    setting: "severityRules",
    text: '[{"severity":"SEVERE"}]',
    shown: '"SEVERE" at 0.severity',
    allowed: '"CRITICAL"|',
  },
  ...["0", "73", "1.5"].map((text) => ({ setting: "sweepHours" as const, text, allowed: "" })),
  ...["0", "366"].map((text) => ({ setting: "blindSpotDays" as const, text, allowed: "" })),
  { setting: "planOnly", text: "1", allowed: "boolean" },
  { setting: "export", text: '"no"', allowed: "boolean" },
  { setting: "enableSecurityHub", text: "1", allowed: "boolean" },
  { setting: "alarmEmail", text: "ann", shown: '"ann"', allowed: "email" },
  ...["p", "2x", "Patch", "a_b", "a-", "abcdefghijklmnopqrstu"].map((text) => ({
    setting: "namePrefix" as const,
    text: JSON.stringify(text),
    allowed: "must be 2-20 of a-z, 0-9 and -",
  })),
  {
    setting: "kmsKeys",
    text: '{"eu-west-1":"alias/aws/sqs"}',
    shown: '"alias/aws/sqs" at eu-west-1',
    allowed: "must be the ARN of a KMS key",
  },
  {
    setting: "kmsKeys",
    text: '{"eu-west-1":"arn:aws:kms:eu-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}',
    shown: "at eu-west-1",
    allowed: "must be a key of eu-west-1",
  },
  {
    setting: "kmsKeys",
    text: '{"eu-west-2":"arn:aws:kms:eu-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}',
    shown: "at eu-west-2",
    allowed: "eu-west-2 is not among the regions",
  },
  ...["0", "1001"].map((text) => ({ setting: "batchSize" as const, text, allowed: "" })),
  { setting: "reservedConcurrency", text: "4", allowed: "must be at least maximumConcurrency (5)" },
  { setting: "tracing", text: "1", allowed: "boolean" },
  { setting: "insights", text: "1", allowed: "boolean" },
  { setting: "insightPatchGroups", text: '["prod"]', allowed: "needs insights: true" },
  ...['["mw-1"]', "[]", '["mw-0123456789abcdef0","mw-0123456789abcdef0"]'].map((text) => ({
    setting: "maintenanceWindows" as const,
    text: `{"eu-west-1":${text}}`,
    shown: "at eu-west-1",
    allowed: "",
  })),
  {
    setting: "maintenanceWindows",
    text: '{"eu-west-2":["mw-0123456789abcdef0"]}',
    shown: "at eu-west-2",
    allowed: "eu-west-2 is not among the regions",
  },
  { setting: "tags", text: '["x"]', allowed: "expected record" },
  { setting: "tags", text: '{"aws:x":"y"}', shown: '"y" at aws:x', allowed: "must not begin with aws:" },
  { setting: "tags", text: '{"x":"<"}', shown: '"<" at x', allowed: "letters, digits" },
  { setting: "tags", text: '{"x":1}', shown: "1 at x", allowed: "expected string" },
  {
    setting: "tags",
    text: JSON.stringify(Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`t${index}`, ""]))),
    shown: "{",
    allowed: "at most 40 tags",
  },
  {
    setting: "permissionsBoundary",
    text: "arn:aws:iam::123456789012:role/x",
    shown: '"arn:aws:iam::123456789012:role/x"',
    allowed: "must be the ARN of an IAM policy",
  },
  { setting: "severityRules", text: "[{}]", shown: "not set at 0.severity", allowed: '"CRITICAL"|' },
  { setting: "severityRules", text: rule({ vendor: ["x"] }), shown: "at 0", allowed: '"vendor"' },
  { setting: "severityRules", text: rule({ __proto__x: 1 }), shown: "at 0", allowed: '"__proto__x"' },
  { setting: "severityRules", text: rule({ platform: [] }), shown: "[] at 0.platform", allowed: ">=1 items" },
  { setting: "severityRules", text: rule({ complianceLevel: ["high"] }), shown: '"high"', allowed: '"CRITICAL"|' },
  {
    setting: "severityRules",
    text: JSON.stringify(Array.from({ length: 60 }, () => ({ vendorSeverity: ["x".repeat(40)], severity: "LOW" }))),
    shown: '[{"vendorSeverity"',
    allowed: "at most 3000 bytes",
  },
];
