/** Findings as Security Hub holds them: ours, made by the program's own rules, and one of AWS's own integration. */
import { openBlindSpot } from "../functions/domain/blind-spot-finding.ts";
import { buildFinding } from "../functions/domain/finding.ts";
import type { PatchRow } from "../functions/domain/package.ts";
import { minutes, noncompliantSource, patch, rated, READ_AT, SCOPE, source } from "./node-fixtures.ts";

const times = { createdAt: minutes(-3 * 24 * 60), firstObservedAt: minutes(-3 * 24 * 60), updatedAt: READ_AT };

/** What Security Hub adds to an import. */
function stored<Imported extends { readonly FindingProviderFields: { readonly Severity: object } }>(
  imported: Imported,
  parts: object,
) {
  return { ...imported, Severity: imported.FindingProviderFields.Severity, Workflow: { Status: "NEW" }, ...parts };
}

/** @param parts members to replace, as people's edits or another finding's */
export function complianceFinding(nodeId: string, rows: readonly Partial<PatchRow>[], parts: object = {}) {
  const sources = [noncompliantSource(rows.map(patch), { patchGroup: "web" })];
  const node = { computerName: `${nodeId}.example.com`, platformName: "Ubuntu", platformVersion: "24.04" };
  const judged = rated(sources, "noncompliant", { nodeId, node });
  return stored(buildFinding(judged, SCOPE, times), parts);
}

export function blindSpotFinding(nodeId: string, parts: object = {}) {
  const spot = { kind: "noData", reason: "the node has never reported patch compliance" } as const;
  return stored(openBlindSpot(rated([source()], "unknown", { nodeId }), spot, SCOPE, times), parts);
}

/** The example in AWS's user guide of its own integration (shortened ids). */
export const NATIVE_FINDING = {
  SchemaVersion: "2018-10-08",
  Id: "arn:aws:patchmanager:us-east-2:111122223333:instance/i-02573cafcfEXAMPLE/document/AWS-RunPatchBaseline/run-command/d7",
  ProductArn: "arn:aws:securityhub:us-east-1::product/aws/ssm-patch-manager",
  GeneratorId: "d710f5bd-04e3-47b4-82f6-df4e0EXAMPLE",
  AwsAccountId: "111122223333",
  Types: ["Software & Configuration Checks/Patch Management/Compliance"],
  CreatedAt: "2021-11-11T22:05:25Z",
  UpdatedAt: "2021-11-11T22:05:25Z",
  Severity: { Label: "INFORMATIONAL", Normalized: 0 },
  Title: "Systems Manager Patch Summary - Managed Instance Non-Compliant",
  Description: "This AWS control checks whether each instance is in compliance.",
  ProductFields: {
    "aws/securityhub/ProductName": "Systems Manager Patch Manager",
    "aws/securityhub/CompanyName": "AWS",
  },
  Resources: [{ Type: "AwsEc2Instance", Id: "i-02573cafcfEXAMPLE", Partition: "aws", Region: "us-east-2" }],
  Workflow: { Status: "NEW" },
  RecordState: "ACTIVE",
  PatchSummary: {
    Id: "pb-0c10e65780EXAMPLE",
    InstalledCount: 45,
    MissingCount: 2,
    FailedCount: 0,
    InstalledOtherCount: 396,
    InstalledRejectedCount: 0,
    InstalledPendingReboot: 0,
    OperationStartTime: "2021-11-11T22:05:06Z",
    OperationEndTime: "2021-11-11T22:05:25Z",
    RebootOption: "NoReboot",
    Operation: "SCAN",
  },
};
