/**
 * The AWS Security Finding Format as BatchImportFindings checks it: lengths, counts, ranges and enumerations from the API
 * reference (AwsSecurityFinding and its parts) and the ASFF pages of the Security Hub user guide.
 */
import { both, flag, isObject, list, number, oneOf, opaque, pairs, pattern, problemsOf, record } from "./schema.ts";
import { text, time, url } from "./schema.ts";
import type { Rule } from "./schema.ts";

/** One finding in UTF-8 bytes ("240 KB" read strictly). https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html */
export const MAX_FINDING_BYTES = 240_000;

/** Keys of ProductFields that only Security Hub itself may write. */
const RESERVED_PREFIX = "aws/";

const anyText = text(Infinity);
const account = pattern(/^\d{12}$/, 12);
const label = oneOf("INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL");
const percent = number(0, 100);
const count = number(0, 100_000);
const amount = number(0, Number.MAX_SAFE_INTEGER);
const types = list(pattern(/^([^/]+)(\/[^/]+){0,2}$/, Infinity), 50, 1);
const relatedFindings = list(record({ ProductArn: text(2048, 12), Id: text(512) }, ["ProductArn", "Id"]), 10, 1);
const workflow = record({ Status: oneOf("NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED") });
const verificationState = oneOf("UNKNOWN", "TRUE_POSITIVE", "FALSE_POSITIVE", "BENIGN_POSITIVE");
const userDefinedFields = pairs(50, 128, 1024);
const severityNumbers = { Normalized: percent, Product: number(-Infinity, Infinity, false) };
const severity = both(record({ ...severityNumbers, Label: label, Original: text(64) }), labelOrNormalized);

function labelOrNormalized(value: unknown, path: string, problems: string[]): void {
  if (isObject(value) && value["Label"] === undefined && value["Normalized"] === undefined) {
    problems.push(`${path} should have required property 'Label'`);
  }
}

const patchSummary = record(
  {
    Id: text(256),
    InstalledCount: count,
    MissingCount: count,
    FailedCount: count,
    InstalledOtherCount: count,
    InstalledRejectedCount: count,
    InstalledPendingReboot: count,
    OperationStartTime: time,
    OperationEndTime: time,
    RebootOption: text(256),
    Operation: text(256),
  },
  ["Id"],
);

const compliance = record({
  Status: oneOf("PASSED", "WARNING", "FAILED", "NOT_AVAILABLE"),
  RelatedRequirements: list(text(64), 32),
  StatusReasons: list(record({ ReasonCode: anyText, Description: anyText }, ["ReasonCode"])),
  SecurityControlId: anyText,
  AssociatedStandards: opaque,
  SecurityControlParameters: opaque,
});

const complianceCounts = Object.fromEntries(
  ["Compliant", "NonCompliant"].flatMap((side) =>
    ["Critical", "High", "Medium", "Low", "Informational", "Unspecified"].map((each) => [
      `${side}${each}Count`,
      amount,
    ]),
  ),
);

const patchCompliance = record({
  Patch: record({
    ComplianceSummary: record({
      Status: oneOf("COMPLIANT", "NON_COMPLIANT", "UNSPECIFIED_DATA"),
      ComplianceType: anyText,
      ExecutionType: anyText,
      PatchBaselineId: anyText,
      PatchGroup: anyText,
      OverallSeverity: anyText,
      ...complianceCounts,
    }),
  }),
});

/** Details of one resource type; `Other` may stand beside it. Types other than the patch one are not looked into. */
const details: Rule = (value, path, problems) => {
  if (!isObject(value)) return void problems.push(`${path} should be object`);
  const { Other: other, AwsSsmPatchCompliance: patch, ...rest } = value;
  if (other !== undefined) pairs(50, 128, 1024)(other, `${path}.Other`, problems);
  if (patch !== undefined) patchCompliance(patch, `${path}.AwsSsmPatchCompliance`, problems);
  if (Object.keys(rest).length + (patch === undefined ? 0 : 1) > 1) {
    problems.push(`${path} should match exactly one schema in oneOf`);
  }
  for (const [type, content] of Object.entries(rest)) {
    if (isObject(content)) opaque(content, `${path}.${type}`, problems);
    else problems.push(`${path}.${type} should be object`);
  }
};

const resource = record(
  {
    Type: text(256),
    Id: text(512),
    Partition: oneOf("aws", "aws-cn", "aws-us-gov", "aws-us-iso", "aws-us-iso-b", "AzureCloud"),
    Region: text(16),
    ResourceRole: anyText,
    Tags: pairs(50, 128, 256),
    DataClassification: opaque,
    Details: details,
    ApplicationName: anyText,
    ApplicationArn: anyText,
    Provider: oneOf("AWS", "Azure"),
  },
  ["Type", "Id"],
);

const packageNames = ["Name", "Version", "Epoch", "Release", "Architecture", "PackageManager", "FilePath"];
const packageMore = ["FixedInVersion", "Remediation", "SourceLayerHash", "SourceLayerArn"];
const vulnerability = record(
  {
    Id: text(32),
    VulnerablePackages: list(
      record(Object.fromEntries([...packageNames, ...packageMore].map((key) => [key, anyText]))),
    ),
    Cvss: opaque,
    RelatedVulnerabilities: list(anyText),
    Vendor: record(
      { Name: text(32), Url: url, VendorSeverity: text(32), VendorCreatedAt: time, VendorUpdatedAt: time },
      ["Name"],
    ),
    ReferenceUrls: list(anyText),
    FixAvailable: oneOf("YES", "NO", "PARTIAL"),
    EpssScore: number(0, 1, false),
    ExploitAvailable: oneOf("YES", "NO"),
    LastKnownExploitAt: time,
    CodeVulnerabilities: opaque,
  },
  ["Id"],
);

const remediation = record({
  Recommendation: (value, path, problems) => {
    record({ Text: text(512), Url: url })(value, path, problems);
    if (isObject(value) && Object.keys(value).length === 0) {
      problems.push(`${path} should NOT have fewer than 1 properties`);
    }
  },
});

const finding = record(
  {
    SchemaVersion: oneOf("2018-10-08"),
    Id: text(512),
    ProductArn: text(2048, 12),
    ProductName: text(128),
    CompanyName: text(128),
    Region: text(16),
    GeneratorId: text(512),
    AwsAccountId: account,
    AwsAccountName: text(50),
    Types: types,
    FirstObservedAt: time,
    LastObservedAt: time,
    ProcessedAt: time,
    CreatedAt: time,
    UpdatedAt: time,
    Severity: severity,
    Confidence: percent,
    Criticality: percent,
    Title: text(256),
    Description: text(1024),
    Remediation: remediation,
    SourceUrl: url,
    ProductFields: both(pairs(50, 128, 2048), reservedKeys),
    UserDefinedFields: userDefinedFields,
    Malware: both(opaque, list(opaque, 5)),
    Network: opaque,
    NetworkPath: opaque,
    Process: opaque,
    Threats: opaque,
    ThreatIntelIndicators: list(opaque, 5),
    Resources: list(resource, 32, 1),
    Compliance: compliance,
    VerificationState: verificationState,
    WorkflowState: oneOf("NEW", "ASSIGNED", "IN_PROGRESS", "DEFERRED", "RESOLVED"),
    Workflow: workflow,
    RecordState: oneOf("ACTIVE", "ARCHIVED"),
    RelatedFindings: relatedFindings,
    Note: record({ Text: text(512), UpdatedBy: text(512), UpdatedAt: time }, ["Text", "UpdatedBy", "UpdatedAt"]),
    Vulnerabilities: list(vulnerability),
    PatchSummary: patchSummary,
    Action: opaque,
    FindingProviderFields: record({
      Confidence: percent,
      Criticality: percent,
      RelatedFindings: relatedFindings,
      Severity: record({ Label: label, Original: text(64) }, ["Label"]),
      Types: types,
    }),
    Sample: flag,
    GeneratorDetails: opaque,
    Detection: opaque,
  },
  [
    ...["SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt"],
    ...["Title", "Description", "Resources"],
  ],
);

const update = record({
  Note: record({ Text: text(512), UpdatedBy: text(512) }, ["Text", "UpdatedBy"]),
  Severity: both(record({ ...severityNumbers, Label: label }), labelOrNormalized),
  Types: types,
  UserDefinedFields: userDefinedFields,
  VerificationState: verificationState,
  Workflow: workflow,
  Confidence: percent,
  Criticality: percent,
  RelatedFindings: relatedFindings,
});

function reservedKeys(value: unknown, path: string, problems: string[]): void {
  const reserved = isObject(value) ? Object.keys(value).filter((key) => key.startsWith(RESERVED_PREFIX)) : [];
  for (const key of reserved)
    problems.push(`${path}['${key}'] should NOT use the reserved prefix '${RESERVED_PREFIX}'`);
}

/** Severity and Types may stand at the top or inside FindingProviderFields. */
function providerFields(value: Record<string, unknown>): string[] {
  const fields = value["FindingProviderFields"];
  const missing = ["Severity", "Types"].filter((key) => value[key] === undefined);
  if (missing.length > 0 && fields === undefined) return ["data should have required property 'FindingProviderFields'"];
  return missing
    .filter((key) => isObject(fields) && fields[key] === undefined)
    .map((key) => `data.FindingProviderFields should have required property '${key}'`);
}

/** What is wrong with a finding that a provider sends; empty if nothing. */
export function findingProblems(value: unknown): string[] {
  return [...problemsOf(finding, value), ...(isObject(value) ? providerFields(value) : [])];
}

/** What is wrong with the fields of a BatchUpdateFindings request (its identifiers left out). */
export function updateProblems(value: Record<string, unknown>): string[] {
  return problemsOf(update, value);
}

/** Size on the wire. */
export function utf8Bytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
