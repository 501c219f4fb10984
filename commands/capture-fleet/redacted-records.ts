/** Redaction rules for the records of a fleet. Members without a rule, such as future ones, are left out. */
import { CAUSES } from "../../contract/causes.ts";
import { PRODUCT_FIELDS as FIELDS } from "../../contract/product-fields.ts";
import { parseIfJson } from "../../command-line/json-syntax.ts";
import { all, each, hidden, kept, record, type Rule } from "./redaction.ts";

export const node = record({
  ...all(hidden, "InstanceId", "SourceId", "ComputerName", "Name", "IPAddress", "ActivationId", "IamRole"),
  ...all(kept, "PingStatus", "LastPingDateTime", "AgentVersion", "IsLatestVersion", "PlatformType", "PlatformName"),
  ...all(kept, "PlatformVersion", "ResourceType", "SourceType", "RegistrationDate", "AssociationStatus"),
  ...all(kept, "LastAssociationExecutionDate", "LastSuccessfulAssociationExecutionDate"),
});

/** Members that patch states, inventory and associations share. */
const operation: Readonly<Record<string, Rule>> = {
  ...all(hidden, "PatchGroup", "BaselineId", "SnapshotId", "ExecutionId", "InstallOverrideList", "OwnerInformation"),
  ...all(kept, ...CAUSES.map(({ count }) => count), "InstalledCount", "InstalledOtherCount", "NotApplicableCount"),
  ...all(kept, "UnreportedNotApplicableCount", "CriticalNonCompliantCount", "SecurityNonCompliantCount"),
  ...all(kept, "OtherNonCompliantCount", "NonCompliantSeverity", "Operation", "OperationType", "OperationStartTime"),
  ...all(kept, "OperationEndTime", "LastNoRebootInstallOperationTime", "RebootOption"),
};

export const patchState = record({ InstanceId: hidden, ...operation });

/** Keeps AWS's types. People choose the names of `Custom:...` types. */
const complianceType: Rule = (value, names) =>
  value === "Patch" || value === "Association" ? value : `Custom:${names.of(String(value))}`;

/** Keeps the names of AWS's documents, which are public. */
const document: Rule = (value, names) =>
  /^(?:arn:[a-z0-9:-]+:document\/)?(?:AWS|Amazon)[\w-]*$/.test(String(value))
    ? kept(value, names)
    : hidden(value, names);

/** Redacts the JSON text in which an association writes its counts. Hides text that is not JSON. */
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

/** Redacts a compliance item. Patch names are public. People choose the names of associations and custom items. */
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
/** Redacts a finding of this program. Hides its texts, which name nodes, rules and accounts. The next run writes them again. */
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
    ...all(kept, ...CAUSES.map(({ field }) => field), FIELDS.operationEndTime, FIELDS.source, FIELDS.document),
    ...all(kept, FIELDS.executionType, FIELDS.worstPatches, FIELDS.vulnerabilities, FIELDS.absentSince, FIELDS.removed),
    ...all(
      kept,
      FIELDS.openSince,
      FIELDS.openedAt,
      FIELDS.overdue,
      FIELDS.blindSpot,
      FIELDS.countsBefore,
      FIELDS.countsAfter,
    ),
    ...all(hidden, FIELDS.patchGroup, FIELDS.operationId, FIELDS.contentHash),
  }),
});
