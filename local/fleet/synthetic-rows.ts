import type { ComplianceItem, ComplianceSummary, PatchState } from "./fleet.ts";
import { uuidOf } from "./stable-id.ts";
import type { PatchedPackage } from "./synthetic-packages.ts";

/** One patch run of a node. */
export interface Run {
  readonly nodeId: string;
  readonly id: string;
  readonly start: Date;
  readonly end: Date;
  readonly baselineId: string;
  readonly type: "Command" | "PatchPolicy";
  readonly packages: readonly Row[];
}

/** A package of the node, its state after the run, and the compliance level of the baseline. */
export interface Row extends PatchedPackage {
  readonly state: string;
  readonly level: string;
}

/** States of noncompliant packages. More likely ones occur more often in the list. */
export const NONCOMPLIANT = ["Missing", "Missing", "Missing", "Failed", "InstalledPendingReboot", "InstalledRejected"];
/** Compliance levels, highest first. Predefined baselines leave UNSPECIFIED. */
export const LEVELS = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNSPECIFIED", "UNSPECIFIED"];

/** Returns the run as DescribeInstancePatchStates reports it. */
export function stateOf({ nodeId, id, start, end, baselineId, packages }: Run): PatchState {
  const count = (state: string) => packages.filter((row) => row.state === state).length;
  const bad = packages.filter(isBad);
  const security = bad.filter(isSecurity).length;
  return {
    InstanceId: nodeId,
    PatchGroup: "",
    BaselineId: baselineId,
    SnapshotId: id,
    InstalledCount: count("Installed"),
    InstalledOtherCount: 0,
    InstalledPendingRebootCount: count("InstalledPendingReboot"),
    InstalledRejectedCount: count("InstalledRejected"),
    MissingCount: count("Missing"),
    FailedCount: count("Failed"),
    NotApplicableCount: 0,
    CriticalNonCompliantCount: bad.filter(({ level }) => level === "CRITICAL").length,
    SecurityNonCompliantCount: security,
    OtherNonCompliantCount: bad.filter((row) => !isSecurity(row) && row.level !== "CRITICAL").length,
    Operation: count("Missing") > 0 ? "Scan" : "Install",
    OperationStartTime: start,
    OperationEndTime: end,
    RebootOption: "NoReboot",
  };
}

/** Returns one package as ListComplianceItems reports it. */
export function patchRow(run: Run, row: Row): ComplianceItem {
  const cves = row.state === "Missing" || row.state === "Failed" ? row.cves : "";
  return {
    ComplianceType: "Patch",
    ResourceType: "ManagedInstance",
    ResourceId: run.nodeId,
    Id: row.id,
    Title: row.title,
    Status: isBad(row) ? "NON_COMPLIANT" : "COMPLIANT",
    Severity: row.level,
    ExecutionSummary: { ExecutionTime: run.start, ExecutionId: run.id, ExecutionType: run.type },
    Details: {
      PatchBaselineId: run.baselineId,
      PatchState: row.state,
      PatchGroup: "",
      PatchSeverity: row.severity,
      Classification: row.classification,
      InstalledTime: row.state.startsWith("Installed") ? "2026-01-12T03:04:05Z" : "1970-01-01T00:00:00Z",
      ...(cves !== "" && { CVEIds: cves }),
    },
  };
}

/** Returns the row that AWS-RunPatchBaselineAssociation writes: one row, the counts as strings in a JSON string. */
export function associationRow(run: Run): ComplianceItem {
  const { PatchGroup, SnapshotId, Operation, ...state } = stateOf(run);
  const highest = LEVELS.find((level) => run.packages.some((row) => isBad(row) && row.level === level));
  const counts = Object.entries(state).filter(([key]) => key.endsWith("Count"));
  const text = {
    PatchGroup,
    SnapshotId,
    ...Object.fromEntries(counts.map(([key, value]) => [key, String(value)])),
    OperationType: Operation,
    OperationStartTime: run.start.toISOString(),
    OperationEndTime: run.end.toISOString(),
    // As the agent does: noncompliant packages without a level are INFORMATIONAL.
    ...(highest && { NonCompliantSeverity: highest.replace("UNSPECIFIED", "INFORMATIONAL") }),
  };
  return {
    ComplianceType: "Association",
    ResourceType: "ManagedInstance",
    ResourceId: run.nodeId,
    Id: uuidOf("host management"),
    Title: "AWS-QuickSetup-SSMHostMgmt-ScanForPatches",
    Status: highest ? "NON_COMPLIANT" : "COMPLIANT",
    Severity: "UNSPECIFIED",
    ExecutionSummary: { ExecutionTime: run.start, ExecutionId: uuidOf("host management"), ExecutionType: "Command" },
    Details: {
      DocumentName: "AWS-RunPatchBaselineAssociation",
      DocumentVersion: "1",
      PatchBaselineId: run.baselineId,
      DetailedText: JSON.stringify(text),
    },
  };
}

/** Returns the summary of one node's rows of one type, or undefined if there are none. */
export function summaryOf(items: readonly ComplianceItem[]): ComplianceSummary | undefined {
  const [first] = items;
  if (first === undefined) return undefined;
  const bad = items.filter(({ Status }) => Status === "NON_COMPLIANT");
  const good = items.filter(({ Status }) => Status !== "NON_COMPLIANT");
  return {
    ComplianceType: first.ComplianceType,
    ResourceType: "ManagedInstance",
    ResourceId: first.ResourceId,
    Status: bad.length > 0 ? "NON_COMPLIANT" : "COMPLIANT",
    OverallSeverity: LEVELS.find((level) => bad.some(({ Severity }) => Severity === level)) ?? "UNSPECIFIED",
    ExecutionSummary: first.ExecutionSummary,
    CompliantSummary: { CompliantCount: good.length, SeveritySummary: severities(good) },
    NonCompliantSummary: { NonCompliantCount: bad.length, SeveritySummary: severities(bad) },
  };
}

/** Returns the summaries of all nodes' rows: one per node and compliance type. */
export function summariesOf(items: readonly ComplianceItem[]): ComplianceSummary[] {
  const groups = Map.groupBy(items, ({ ResourceId, ComplianceType }) => `${ResourceId} ${ComplianceType}`);
  return [...groups.values()].flatMap((rows) => summaryOf(rows) ?? []);
}

function severities(items: readonly ComplianceItem[]) {
  const count = (level: string) => items.filter(({ Severity }) => Severity === level).length;
  return {
    CriticalCount: count("CRITICAL"),
    HighCount: count("HIGH"),
    MediumCount: count("MEDIUM"),
    LowCount: count("LOW"),
    InformationalCount: count("INFORMATIONAL"),
    UnspecifiedCount: count("UNSPECIFIED"),
  };
}

function isBad({ state }: Row): boolean {
  return NONCOMPLIANT.includes(state);
}

function isSecurity({ classification }: Row): boolean {
  return classification.startsWith("Security");
}
