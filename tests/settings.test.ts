import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readSettings, type Settings } from "../infra/settings.ts";
import { InputError } from "../local/input-error.ts";
import { captureProgram } from "./captured-program.ts";

const NAMESPACE = "patch-manager-findings";
const REGIONS = { regions: '["eu-west-1"]' };

/** Settings as Pulumi hands them over: text each. */
const read = (settings: Readonly<Record<string, string>>): Settings =>
  readSettings(Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${NAMESPACE}:${key}`, value])));

function refusal(settings: Readonly<Record<string, string>>): string {
  try {
    read(settings);
  } catch (error) {
    expect(pulumi.RunError.isInstance(error), "Pulumi shows the message of a RunError without a stack").to.equal(true);
    return (error as Error).message;
  }
  throw new Error(`accepted ${JSON.stringify(settings)}`);
}

const rule = (parts: object): string => JSON.stringify([{ severity: "HIGH", ...parts }]);

const accepted: { setting: keyof Settings; texts: readonly string[] }[] = [
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

interface Refused {
  readonly setting: keyof Settings;
  readonly text: string;
  /** What is allowed, in the message; the value itself unless `shown` says otherwise. */
  readonly allowed: string;
  readonly shown?: string;
}
const refused: readonly Refused[] = [
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

describe("the stack's settings", () => {
  it("have defaults for all but the Regions", () => {
    expect(read(REGIONS)).to.deep.equal({
      namePrefix: "patch-findings",
      regions: ["eu-west-1"],
      productName: "Systems Manager Patch Manager",
      companyName: "Patch Manager Findings",
      hybridResourceType: "Other",
      severityRules: [],
      logRetentionDays: 30,
      batchingWindowSeconds: 10,
      redriveMinutes: 5,
      sweepHours: 12,
      blindSpotDays: 30,
      planOnly: false,
      export: true,
      enableSecurityHub: false,
      tags: {},
      maximumConcurrency: 5,
    });
  });

  it("ignore what other programs and providers keep in the same stack", () => {
    expect(
      readSettings({ [`${NAMESPACE}:regions`]: '["eu-west-1"]', "aws:region": "x", "else:regions": "1" }).regions,
    ).to.deep.equal(["eu-west-1"]);
  });

  for (const { setting, texts } of accepted) {
    for (const text of texts) {
      it(`accept ${setting} ${text}`, () => {
        const value: unknown = /^[a-z]/.test(text) && !/^(true|false)$/.test(text) ? text : JSON.parse(text);
        expect(read({ ...REGIONS, [setting]: text })[setting]).to.deep.equal(value);
      });
    }
  }

  for (const text of ["Our patches", "AwsEc2Instance"]) {
    it(`take the plain text ${text} as it is`, () => {
      const [setting, value] = text.startsWith("Aws") ? ["hybridResourceType", text] : ["companyName", ` ${text} `];
      expect(Object.values(read({ ...REGIONS, [setting]: value }))).to.include(text);
    });
  }

  for (const { setting, text, shown = text, allowed } of refused) {
    it(`refuse ${setting} ${text.slice(0, 60)}`, () => {
      const message = refusal({ ...REGIONS, [setting]: text });
      expect(message).to.include(`setting ${NAMESPACE}:${setting} is ${shown.startsWith("at ") ? "" : shown}`);
      expect(message).to.include(allowed);
      expect(message).to.not.include("\n");
    });
  }

  it("refuse to do without Regions", () => {
    expect(refusal({})).to.equal(
      `setting ${NAMESPACE}:regions is not set: Invalid input: expected array, received undefined`,
    );
  });

  for (const key of ["region", "logRetention", "Regions", "__proto__", "constructor"]) {
    it(`refuse the unknown setting ${key}, and name the known ones`, () => {
      const config = [...Object.entries(REGIONS), [key, "1"] as const];
      const message = refusal(Object.fromEntries(config));
      expect(message).to.equal(
        `unknown setting ${NAMESPACE}:${key}; known are namePrefix, regions, productName, companyName, hybridResourceType, ` +
          "severityRules, logRetentionDays, batchingWindowSeconds, redriveMinutes, sweepHours, blindSpotDays, " +
          "planOnly, export, enableSecurityHub, alarmEmail, tags, permissionsBoundary, maximumConcurrency",
      );
    });
  }

  it("name everything that is wrong at once", () => {
    const message = refusal({ regions: "[]", redriveMinutes: "0", speed: "1" });
    expect(message.split("; ")).to.have.lengthOf.at.least(3);
    for (const name of ["regions", "redriveMinutes", "speed"]) expect(message).to.include(`${NAMESPACE}:${name}`);
  });

  it("stop the captured program as an input error", async () => {
    const failure: unknown = await captureProgram([]).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(InputError);
    expect(failure).to.have.property("message").that.includes(`${NAMESPACE}:regions`);
  });
});
