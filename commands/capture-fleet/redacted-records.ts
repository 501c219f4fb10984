/** What of each record of a fleet may be told to others. Kinds of values that AWS adds one day are left out. */
import { parseIfJson } from "../../command-line/json-syntax.ts";
import { all, each, hidden, kept, record, type Rule } from "./redaction.ts";

export const node = record({
  ...all(hidden, "InstanceId", "SourceId", "ComputerName", "Name", "IPAddress", "ActivationId", "IamRole"),
  ...all(kept, "PingStatus", "LastPingDateTime", "AgentVersion", "IsLatestVersion", "PlatformType", "PlatformName"),
  ...all(kept, "PlatformVersion", "ResourceType", "SourceType", "RegistrationDate", "AssociationStatus"),
  ...all(kept, "LastAssociationExecutionDate", "LastSuccessfulAssociationExecutionDate"),
});

/** Counts, times and names that patch states, inventory and associations have in common. */
const operation: Readonly<Record<string, Rule>> = {
  ...all(hidden, "PatchGroup", "BaselineId", "SnapshotId", "ExecutionId", "InstallOverrideList", "OwnerInformation"),
  ...all(kept, "InstalledCount", "InstalledOtherCount", "InstalledPendingRebootCount", "InstalledRejectedCount"),
  ...all(kept, "MissingCount", "FailedCount", "NotApplicableCount", "UnreportedNotApplicableCount"),
  ...all(kept, "AvailableSecurityUpdateCount", "CriticalNonCompliantCount", "SecurityNonCompliantCount"),
  ...all(kept, "OtherNonCompliantCount", "NonCompliantSeverity", "Operation", "OperationType", "OperationStartTime"),
  ...all(kept, "OperationEndTime", "LastNoRebootInstallOperationTime", "RebootOption"),
};

export const patchState = record({ InstanceId: hidden, ...operation });

/** `Custom:...` is of someone's own naming. */
const complianceType: Rule = (value, names) =>
  value === "Patch" || value === "Association" ? value : `Custom:${names.of(String(value))}`;

/** AWS's documents are known to everybody. */
const document: Rule = (value, names) =>
  /^(?:arn:[a-z0-9:-]+:document\/)?(?:AWS|Amazon)[\w-]*$/.test(String(value))
    ? kept(value, names)
    : hidden(value, names);

/** An association writes its counts as JSON in text. What is no JSON stays none. */
const detailedText: Rule = (value, names) => {
  const content = parseIfJson(String(value));
  const redacted = record(operation)(content, names);
  return redacted === undefined || Array.isArray(content) ? hidden(value, names) : JSON.stringify(redacted);
};

const executionSummary = record({ ...all(kept, "ExecutionTime", "ExecutionType"), ExecutionId: hidden });
const anyItem: Readonly<Record<string, Rule>> = {
  ComplianceType: complianceType,
  ResourceId: hidden,
  ...all(kept, "ResourceType", "Status", "Severity"),
  ExecutionSummary: executionSummary,
};
const patchItem = record({
  ...anyItem,
  ...all(kept, "Id", "Title"),
  Details: record({
    ...all(hidden, "PatchBaselineId", "PatchGroup", "InstallOverrideList"),
    ...all(kept, "PatchState", "PatchSeverity", "Classification", "InstalledTime", "CVEIds", "DocumentVersion"),
    DocumentName: document,
  }),
});
const otherItem = record({
  ...anyItem,
  ...all(hidden, "Id", "Title"),
  Details: record({
    ...all(hidden, "PatchBaselineId", "PatchGroup"),
    DocumentVersion: kept,
    DocumentName: document,
    DetailedText: detailedText,
  }),
});

/** A patch is called what it is called everywhere; associations and custom items have names that people gave them. */
export const complianceItem: Rule = (value, names) => {
  const isPatch =
    typeof value === "object" && value !== null && "ComplianceType" in value && value.ComplianceType === "Patch";
  return (isPatch ? patchItem : otherItem)(value, names);
};

const severitySummary = record(
  all(kept, "CriticalCount", "HighCount", "MediumCount", "LowCount", "InformationalCount", "UnspecifiedCount"),
);

export const complianceSummary = record({
  ComplianceType: complianceType,
  ResourceId: hidden,
  ...all(kept, "ResourceType", "Status", "OverallSeverity"),
  ExecutionSummary: executionSummary,
  CompliantSummary: record({ CompliantCount: kept, SeveritySummary: severitySummary }),
  NonCompliantSummary: record({ NonCompliantCount: kept, SeveritySummary: severitySummary }),
});

export const inventoryRows = record({
  InstanceId: hidden,
  ...all(kept, "TypeName", "SchemaVersion", "CaptureTime"),
  Entries: each(
    record({ ...operation, ...all(kept, "Title", "KBId", "Classification", "Severity", "State", "InstalledTime") }),
  ),
});

export const reservation = record({
  Instances: each(record({ InstanceId: hidden, State: record({ Name: kept }) })),
});

const severity = record(all(kept, "Label", "Original", "Normalized", "Product"));
const ours = (...names: readonly string[]): string[] => names.map((name) => `PatchFindings/${name}`);

/** Of this program's findings; the texts name nodes, rules and accounts, and are written anew by the next run. */
export const finding = record({
  ...all(kept, "SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "Region", "Title", "RecordState"),
  ...all(kept, "CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt", "ProcessedAt", "WorkflowState"),
  ...all(hidden, "Description", "ProductName", "CompanyName"),
  Types: each(kept),
  Severity: severity,
  FindingProviderFields: record({ Severity: severity, Types: each(kept) }),
  Compliance: record({ Status: kept }),
  Workflow: record({ Status: kept }),
  Resources: each(record(all(kept, "Type", "Id", "Partition", "Region"))),
  PatchSummary: record({
    Id: hidden,
    ...all(kept, "InstalledCount", "InstalledOtherCount", "InstalledPendingReboot", "InstalledRejectedCount"),
    ...all(kept, "MissingCount", "FailedCount", "OperationStartTime", "OperationEndTime", "Operation", "RebootOption"),
  }),
  ProductFields: record({
    ...all(kept, ...ours("OperationEndTime", "Source", "Document", "ExecutionType", "Missing", "Failed")),
    ...all(kept, ...ours("PendingReboot", "Rejected", "AvailableSecurityUpdate", "WorstPatches", "Vulnerabilities")),
    ...all(kept, ...ours("AbsentSince", "Gone", "OpenSince", "Overdue", "BlindSpot", "CountsBefore", "CountsAfter")),
    ...all(hidden, ...ours("PatchGroup", "OperationId", "ContentHash")),
  }),
});
