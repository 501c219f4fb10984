import { expect } from "chai";
import fc from "fast-check";
import { finding, load, newHub } from "../../fixtures/security-hub-fixtures.ts";
import type { Json } from "../../fixtures/security-hub-fixtures.ts";

const filled = (count: number, length = 1) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v".repeat(length)]));
const patches = (parts: Json) => ({ PatchSummary: { Id: "pb-1", ...parts } });
const resource = (parts: Json) => ({ Resources: [{ Type: "Other", Id: "x", ...parts }] });
const provider = (parts: Json) => ({ FindingProviderFields: { Severity: { Label: "LOW" }, Types: ["A"], ...parts } });
const compliance = (parts: Json) =>
  resource({ Details: { AwsSsmPatchCompliance: { Patch: { ComplianceSummary: parts } } } });

/** What the format takes, and beside it the next thing that it does not take, with the words of the refusal. */
const limits: { good?: Json; bad: Json; message: string }[] = [
  {
    good: { Title: "x".repeat(256) },
    bad: { Title: "x".repeat(257) },
    message: "data.Title should NOT be longer than 256 characters",
  },
  { good: { Title: "😀".repeat(256) }, bad: { Title: "\u00a0 \n" }, message: "data.Title should match pattern" },
  {
    good: { Description: "x".repeat(1024) },
    bad: { Description: "x".repeat(1025) },
    message: "data.Description should NOT be longer than 1024",
  },
  { good: { Id: "x".repeat(512) }, bad: { Id: "x".repeat(513) }, message: "data.Id should NOT be longer than 512" },
  {
    good: { GeneratorId: "x".repeat(512) },
    bad: { GeneratorId: "x".repeat(513) },
    message: "data.GeneratorId should NOT be longer",
  },
  { bad: { Title: undefined }, message: "data should have required property 'Title'" },
  { bad: { SchemaVersion: "2018-10-07" }, message: "data.SchemaVersion should be equal to one of the allowed values" },
  { bad: { AwsAccountId: "12345678901" }, message: "data.AwsAccountId should match pattern" },
  { good: { AwsAccountName: "x".repeat(50) }, bad: { AwsAccountName: "x".repeat(51) }, message: "data.AwsAccountName" },
  { good: { ProductName: "x".repeat(128) }, bad: { ProductName: "x".repeat(129) }, message: "data.ProductName" },
  { bad: { CompanyName: "" }, message: "data.CompanyName should match pattern" },
  {
    good: { CreatedAt: "2024-02-29T23:59:59.123456789+05:30" },
    bad: { CreatedAt: "2026-02-29T00:00:00Z" },
    message: 'data.CreatedAt should match format "date-time"',
  },
  { good: { UpdatedAt: "2026-11-01T00:00:00Z" }, bad: { UpdatedAt: "2026-11-01 00:00:00" }, message: "data.UpdatedAt" },
  { bad: { FirstObservedAt: "2026-11-01T00:00:00" }, message: "data.FirstObservedAt" },
  { bad: { LastObservedAt: 1730000000 }, message: "data.LastObservedAt" },
  { bad: { FindingProviderFields: undefined }, message: "data should have required property 'FindingProviderFields'" },
  {
    bad: { FindingProviderFields: { Types: ["A"] } },
    message: "data.FindingProviderFields should have required property 'Severity'",
  },
  {
    good: { ...provider({ Severity: { Label: "LOW", Original: "x".repeat(64) } }) },
    bad: provider({ Severity: { Label: "LOW", Original: "x".repeat(65) } }),
    message: "Severity.Original should NOT be longer than 64",
  },
  {
    bad: provider({ Severity: { Label: "UNSPECIFIED" } }),
    message: "data.FindingProviderFields.Severity.Label should be equal",
  },
  { bad: provider({ Severity: { Label: "LOW", Normalized: 1 } }), message: "additional properties: 'Normalized'" },
  { bad: { Severity: { Normalized: 101 } }, message: "data.Severity.Normalized should be <= 100" },
  { bad: { Severity: { Original: "x" } }, message: "data.Severity should have required property 'Label'" },
  {
    good: provider({ Types: Array.from({ length: 50 }, () => "A/B/C") }),
    bad: provider({ Types: Array.from({ length: 51 }, () => "A") }),
    message: "Types should NOT have more than 50 items",
  },
  { bad: provider({ Types: ["A/B/C/D"] }), message: 'Types[0] should match pattern "^([^/]+)(/[^/]+){0,2}$"' },
  { bad: provider({ Types: ["A//C"] }), message: "Types[0] should match pattern" },
  { bad: provider({ Types: [] }), message: "Types should NOT have fewer than 1 items" },
  { good: { Confidence: 100 }, bad: { Confidence: 101 }, message: "data.Confidence should be <= 100" },
  { bad: { Criticality: 1.5 }, message: "data.Criticality should be integer" },
  {
    good: { SourceUrl: "https://example.com/a" },
    bad: { SourceUrl: "example.com/a" },
    message: 'data.SourceUrl should match format "uri"',
  },
  {
    good: { Remediation: { Recommendation: { Text: "x".repeat(512) } } },
    bad: { Remediation: { Recommendation: { Text: "x".repeat(513) } } },
    message: "data.Remediation.Recommendation.Text",
  },
  {
    good: { Remediation: { Recommendation: { Url: "https://example.com" } } },
    bad: { Remediation: { Recommendation: {} } },
    message: "data.Remediation.Recommendation should NOT have fewer",
  },
  {
    good: { ProductFields: filled(50, 2048) },
    bad: { ProductFields: filled(51) },
    message: "data.ProductFields should NOT have more than 50 properties",
  },
  { bad: { ProductFields: filled(1, 2049) }, message: "data.ProductFields.k0 should NOT be longer than 2048" },
  {
    good: { ProductFields: { ["k".repeat(128)]: "v" } },
    bad: { ProductFields: { ["k".repeat(129)]: "v" } },
    message: "should NOT be longer than 128",
  },
  { bad: { ProductFields: { a: 1 } }, message: "data.ProductFields.a should be string" },
  { bad: { ProductFields: { "a/b~c": "" } }, message: "data.ProductFields['a/b~c'] should match pattern" },
  { bad: { ProductFields: { a: " " } }, message: "data.ProductFields.a should match pattern" },
  {
    bad: { ProductFields: { "aws/securityhub/ProductName": "x" } },
    message: `property name 'aws/securityhub/ProductName' should match pattern "^(?!aws/)"`,
  },
  {
    good: { UserDefinedFields: filled(50, 1024) },
    bad: { UserDefinedFields: filled(1, 1025) },
    message: "data.UserDefinedFields.k0",
  },
  {
    good: { RelatedFindings: Array.from({ length: 10 }, () => ({ ProductArn: "arn:aws:sechub", Id: "x" })) },
    bad: { RelatedFindings: [{ Id: "x" }] },
    message: "data.RelatedFindings[0] should have required property 'ProductArn'",
  },
  { bad: { Note: { Text: "x", UpdatedBy: "y" } }, message: "data.Note should have required property 'UpdatedAt'" },
  {
    good: { Compliance: { Status: "FAILED", RelatedRequirements: Array.from({ length: 32 }, () => "x".repeat(64)) } },
    bad: { Compliance: { Status: "NON_COMPLIANT" } },
    message: "data.Compliance.Status",
  },
  { bad: { Compliance: { RelatedRequirements: ["x".repeat(65)] } }, message: "data.Compliance.RelatedRequirements[0]" },
  {
    good: { Resources: Array.from({ length: 32 }, () => ({ Type: "Other", Id: "x" })) },
    bad: { Resources: Array.from({ length: 33 }, () => ({ Type: "Other", Id: "x" })) },
    message: "data.Resources should NOT have more than 32 items",
  },
  { bad: { Resources: [] }, message: "data.Resources should NOT have fewer than 1 items" },
  { bad: { Resources: [{ Type: "Other" }] }, message: "data.Resources[0] should have required property 'Id'" },
  {
    good: resource({ Partition: "aws-cn", Region: "x".repeat(16) }),
    bad: resource({ Partition: "aws-eu" }),
    message: "data.Resources[0].Partition",
  },
  {
    good: resource({ Tags: filled(50, 256) }),
    bad: resource({ Tags: filled(1, 257) }),
    message: "data.Resources[0].Tags.k0",
  },
  {
    good: resource({ Details: { Other: filled(50, 1024) } }),
    bad: resource({ Details: { Other: filled(1, 1025) } }),
    message: "Details.Other.k0",
  },
  {
    good: resource({ Details: { AwsEc2Instance: { Type: "t3.micro" } } }),
    bad: resource({ Details: { AwsEc2Instance: { Type: "" } } }),
    message: "Details.AwsEc2Instance.Type should match pattern",
  },
  {
    bad: resource({ Details: { AwsEc2Instance: {}, AwsSsmPatchCompliance: {} } }),
    message: "data.Resources[0].Details should NOT have more than 1 properties",
  },
  {
    good: compliance({ Status: "NON_COMPLIANT", NonCompliantHighCount: 2 }),
    bad: compliance({ PatchGroup: "" }),
    message: "ComplianceSummary.PatchGroup should match pattern",
  },
  { bad: compliance({ NonCompliantHighCounts: 2 }), message: "additional properties: 'NonCompliantHighCounts'" },
  {
    good: patches({ MissingCount: 100_000 }),
    bad: patches({ MissingCount: 100_001 }),
    message: "data.PatchSummary.MissingCount should be <= 100000",
  },
  {
    good: patches({ InstalledPendingReboot: 1 }),
    bad: patches({ InstalledPendingRebootCount: 1 }),
    message: "additional properties: 'InstalledPendingRebootCount'",
  },
  { bad: patches({ FailedCount: -1 }), message: "data.PatchSummary.FailedCount should be >= 0" },
  { bad: patches({ OperationEndTime: "yesterday" }), message: "data.PatchSummary.OperationEndTime" },
  { bad: { PatchSummary: { MissingCount: 1 } }, message: "data.PatchSummary should have required property 'Id'" },
  {
    good: { Vulnerabilities: [{ Id: "CVE-2026-1", Vendor: { Name: "x" } }] },
    bad: { Vulnerabilities: [{ Id: "x".repeat(33) }] },
    message: "data.Vulnerabilities[0].Id",
  },
  {
    bad: { Vulnerabilities: [{ Id: "x", VulnerablePackages: [{ Name: "" }] }] },
    message: "VulnerablePackages[0].Name should match pattern",
  },
  { bad: { Workflow: { Status: "CLOSED" } }, message: "data.Workflow.Status" },
  { bad: { RecordState: "INACTIVE" }, message: "data.RecordState" },
  {
    good: { Malware: [{ Name: "x" }] },
    bad: { Malware: Array.from({ length: 6 }, () => ({ Name: "x" })) },
    message: "data.Malware should NOT have more than 5",
  },
  { bad: { Severities: [] }, message: "data should NOT have additional properties: 'Severities'" },
  { bad: JSON.parse('{"__proto__": "x"}') as Json, message: "data should NOT have additional properties: '__proto__'" },
];

describe("Security Hub stand-in: finding format", () => {
  for (const { good, bad, message } of limits) {
    it(`keeps ${message}`, () => {
      if (good !== undefined) {
        expect(load(newHub(), finding(good))["FailedFindings"]).to.deep.equal([]);
      }
      const hub = newHub();
      const answer = load(hub, finding(bad));
      expect(answer).to.include({ FailedCount: 1, SuccessCount: 0 });
      const [failed] = answer["FailedFindings"] as Json[];
      expect(failed?.["ErrorCode"]).to.equal("InvalidInput");
      expect(failed?.["ErrorMessage"]).to.match(/^Finding does not adhere to Amazon Finding Format\. data/);
      expect(failed?.["ErrorMessage"]).to.include(message);
      expect(hub.findings()).to.be.empty;
    });
  }

  it("counts a finding's size in UTF-8 bytes", () => {
    const sized = (bytes: number) => {
      const empty = Buffer.byteLength(JSON.stringify(finding({ Network: { x: "éé" } })));
      return finding({ Network: { x: `éé${"x".repeat(bytes - empty)}` } });
    };
    expect(load(newHub(), sized(240_000))["SuccessCount"]).to.equal(1);
    const [failed] = load(newHub(), sized(240_001))["FailedFindings"] as Json[];
    expect(failed?.["ErrorMessage"]).to.match(/240001 bytes/);
  });

  it("answers any JSON in a field with a refusal or a finding, never with a defect", () => {
    const fields = [
      "Title",
      "Types",
      "Severity",
      "Resources",
      "ProductFields",
      "PatchSummary",
      "FindingProviderFields",
      "Note",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        const answer = load(newHub(), { ...finding(), [field]: value });
        expect(Number(answer["SuccessCount"]) + Number(answer["FailedCount"])).to.equal(1);
      }),
    );
  });
});
