/** Fleets of plain nodes in a folder, for runs that follow one another. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeId } from "../fixtures/node-fixtures.ts";

export const ACCOUNT = "111122223333";
export const REGION = "eu-west-1";

/** A row of an association that scans, as ListComplianceItems prints it. */
interface AssociationScan {
  readonly missing: number;
  readonly endedAt: string;
}

export interface Plain {
  readonly nodeId: string;
  /** How many patches are missing; without it the node was never scanned. */
  readonly missing?: number;
  /** Severity of its patches in the vendor's words. Default `Important`. */
  readonly patchSeverity?: string;
  /** End of the operation. Default `2026-11-16T02:00:52Z`. */
  readonly endedAt?: string;
  /** What an association found on the node, beside its patch state. */
  readonly association?: AssociationScan;
  /** False for a node that Systems Manager does not list. */
  readonly listed?: boolean;
  /** True for a node whose agent is connected. */
  readonly online?: boolean;
  /** When its agent last reported. */
  readonly pingedAt?: string;
}

export interface Folder {
  readonly nodes: readonly Plain[];
  readonly findings?: readonly object[];
  /** Instance id -> state. */
  readonly instances?: Readonly<Record<string, string>>;
  /** Node id -> its tags. */
  readonly tags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const several = (count: number, parts: Partial<Plain> = {}): Plain[] =>
  Array.from({ length: count }, (_, index) => ({ nodeId: nodeId(index + 1), ...parts }));

/** @returns the folder, and beside its files `no-events.json` */
export async function writeFleet(directory: string, folderOf: Folder): Promise<string> {
  const { nodes, findings = [], instances, tags = {} } = folderOf;
  const folder = await mkdtemp(join(directory, "fleet-"));
  const scanned = nodes.filter(({ missing }) => missing !== undefined);
  const files: Record<string, unknown> = {
    "account.json": { AccountId: ACCOUNT, Region: REGION },
    "describe-instance-information.json": { InstanceInformationList: nodes.flatMap(information) },
    "describe-instance-patch-states.json": { InstancePatchStates: scanned.map(patchState) },
    "list-compliance-items.json": {
      ComplianceItems: [...scanned.flatMap(rows), ...nodes.flatMap(associationRows)],
    },
    "findings.json": { Findings: findings },
    "no-events.json": [],
    "tags.json": tags,
    ...(instances && {
      "describe-instances.json": {
        Reservations: [
          {
            Instances: Object.entries(instances).map(([InstanceId, Name]) => ({
              InstanceId,
              State: { Code: 0, Name },
            })),
          },
        ],
      },
    }),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content));
  return folder;
}

function information({ nodeId: InstanceId, listed = true, online = false, pingedAt }: Plain) {
  const ping = { PingStatus: online ? "Online" : "ConnectionLost", ...(pingedAt && { LastPingDateTime: pingedAt }) };
  const ResourceType = InstanceId.startsWith("mi-") ? "ManagedInstance" : "EC2Instance";
  return listed ? [{ InstanceId, ...ping, PlatformType: "Linux", PlatformName: "Amazon Linux", ResourceType }] : [];
}

const ENDED = "2026-11-16T02:00:52.000000+00:00";

function patchState({ nodeId: InstanceId, missing = 0, endedAt = ENDED }: Plain) {
  return {
    InstanceId,
    PatchGroup: "",
    BaselineId: "pb-0c1a2b3c4d5e6f701",
    InstalledCount: 10,
    MissingCount: missing,
    FailedCount: 0,
    OperationStartTime: new Date(Date.parse(endedAt) - 60_000).toISOString(),
    OperationEndTime: endedAt,
    Operation: "Scan",
    CriticalNonCompliantCount: missing,
    SecurityNonCompliantCount: missing,
    OtherNonCompliantCount: missing,
  };
}

function rows({ nodeId: ResourceId, missing = 0, endedAt = ENDED, patchSeverity = "Important" }: Plain) {
  return Array.from({ length: missing + 1 }, (_, index) => ({
    ComplianceType: "Patch",
    ResourceType: "ManagedInstance",
    ResourceId,
    Id: `package-${index}.x86_64`,
    Title: `package-${index}.x86_64:0:1`,
    Status: index < missing ? "NON_COMPLIANT" : "COMPLIANT",
    Severity: "UNSPECIFIED",
    ExecutionSummary: {
      ExecutionTime: endedAt,
      ExecutionId: "06a9ea56-c231-43e0-873c-4f3587271ded",
      ExecutionType: "Command",
    },
    Details: {
      PatchState: index < missing ? "Missing" : "Installed",
      PatchSeverity: patchSeverity,
      Classification: "Security",
    },
  }));
}

function associationRows({ nodeId: ResourceId, association }: Plain) {
  if (association === undefined) return [];
  const { missing, endedAt } = association;
  const summary = {
    ...{ MissingCount: String(missing), InstalledCount: "10", OperationType: "Scan", OperationEndTime: endedAt },
    ...(missing > 0 && { NonCompliantSeverity: "HIGH" }),
  };
  return [
    {
      ComplianceType: "Association",
      ResourceType: "ManagedInstance",
      ResourceId,
      Id: "1f0ea2f1-8b9e-4dff-a5f0-7f2e6a2f3c4d",
      Title: "scan",
      Status: missing > 0 ? "NON_COMPLIANT" : "COMPLIANT",
      Severity: "UNSPECIFIED",
      ExecutionSummary: { ExecutionTime: endedAt },
      Details: {
        DocumentName: "AWS-RunPatchBaselineAssociation",
        PatchBaselineId: "pb-0c1a2b3c4d5e6f701",
        DetailedText: JSON.stringify(summary),
      },
    },
  ];
}
