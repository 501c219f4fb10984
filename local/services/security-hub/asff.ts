/**
 * The AWS Security Finding Format as BatchImportFindings checks it: lengths, counts, ranges and enumerations from the API
 * reference (AwsSecurityFinding and its parts) and the ASFF pages of the Security Hub user guide.
 */
import { flag, integer, list, oneOf, opaque, pairs, pattern, record, text, time, url, validator } from "./schema.ts";

/** One finding in UTF-8 bytes ("240 KB" read strictly). https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html */
export const MAX_FINDING_BYTES = 240_000;

const anyText = text();
const label = oneOf("INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL");
const percent = integer(0, 100);
const count = integer(0, 100_000);
const amount = integer(0, Number.MAX_SAFE_INTEGER);
const types = list(pattern("^([^/]+)(/[^/]+){0,2}$"), 50, 1);
const relatedFindings = list(record({ ProductArn: text(2048, 12), Id: text(512) }, ["ProductArn", "Id"]), 10, 1);
const workflow = record({ Status: oneOf("NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED") });
const verificationState = oneOf("UNKNOWN", "TRUE_POSITIVE", "FALSE_POSITIVE", "BENIGN_POSITIVE");
const userDefinedFields = pairs(50, 128, 1024);
const severityNumbers = { Normalized: percent, Product: { type: "number" } };
const labelOrNormalized = { if: { not: { required: ["Normalized"] } }, then: { required: ["Label"] } };
const severity = { ...record({ ...severityNumbers, Label: label, Original: text(64) }), ...labelOrNormalized };

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

/** Details of one resource type, and `Other`. Only the type for patch compliance has its fields checked. */
const details = {
  type: "object",
  properties: { Other: pairs(50, 128, 1024), AwsSsmPatchCompliance: patchCompliance },
  additionalProperties: { type: "object", ...opaque },
  if: { required: ["Other"] },
  then: { maxProperties: 2 },
  else: { maxProperties: 1 },
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
    EpssScore: { type: "number", minimum: 0, maximum: 1 },
    ExploitAvailable: oneOf("YES", "NO"),
    LastKnownExploitAt: time,
    CodeVulnerabilities: opaque,
  },
  ["Id"],
);

const remediation = record({ Recommendation: { ...record({ Text: text(512), Url: url }), minProperties: 1 } });

/** Only Security Hub itself may write keys with this prefix. */
const notReserved = { propertyNames: { pattern: "^(?!aws/)" } };

/** Severity and Types are at the top or in FindingProviderFields. */
const providerFields = ["Severity", "Types"].map((field) => ({
  if: { not: { required: [field] } },
  then: { required: ["FindingProviderFields"], properties: { FindingProviderFields: { required: [field] } } },
}));

const finding = record(
  {
    SchemaVersion: oneOf("2018-10-08"),
    Id: text(512),
    ProductArn: text(2048, 12),
    ProductName: text(128),
    CompanyName: text(128),
    Region: text(16),
    GeneratorId: text(512),
    AwsAccountId: pattern("^\\d{12}$"),
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
    ProductFields: { ...pairs(50, 128, 2048), allOf: [notReserved] },
    UserDefinedFields: userDefinedFields,
    Malware: list(opaque, 5),
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
  Severity: { ...record({ ...severityNumbers, Label: label }), ...labelOrNormalized },
  Types: types,
  UserDefinedFields: userDefinedFields,
  VerificationState: verificationState,
  Workflow: workflow,
  Confidence: percent,
  Criticality: percent,
  RelatedFindings: relatedFindings,
});

/** Lists what is wrong with a finding that a provider sends. */
export const findingProblems = validator({ ...finding, allOf: providerFields });

/** Lists what is wrong with the fields of a BatchUpdateFindings request, without its identifiers. */
export const updateProblems = validator(update);

/** Returns the size on the wire. */
export function utf8Bytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
