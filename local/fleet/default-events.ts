import type { ComplianceItem, Fleet } from "./fleet.ts";
import { partitionOf } from "../program/partition.ts";
import { detailedText } from "../services/systems-manager/patch-texts.ts";
import { uuidOf } from "./stable-id.ts";
import { parseTime, wholeSeconds } from "./wire-time.ts";

/** The events that the last patch runs of a fleet would have sent. */
interface DefaultEvents {
  /** EventBridge events, one per node with patch data, in the order of the fleet. */
  readonly events: object[];
  /** Ids of nodes without any patch data. */
  readonly neverScanned: string[];
}

/** Returns one terminal event per node. Its type follows from the mechanism that wrote the node's newest data. */
export function defaultEvents(fleet: Fleet, { now }: { readonly now: () => Date }): DefaultEvents {
  const runs = newestRuns(fleet);
  const nodeIds = new Set([...fleet.nodes.map(({ InstanceId }) => InstanceId), ...runs.keys()]);
  const events: object[] = [];
  const neverScanned: string[] = [];
  for (const nodeId of nodeIds) {
    const run = runs.get(nodeId);
    if (run === undefined) neverScanned.push(nodeId);
    else events.push(eventOf(fleet, nodeId, run, now()));
  }
  return { events, neverScanned };
}

/** Returns the event of a command that the agent of the node did not receive. */
export function undeliverableEvent(fleet: Fleet, nodeId: string, requested: Date, now: Date): object {
  const run: PatchRun = { start: requested, kind: "command" };
  return eventOf(fleet, nodeId, run, now, "Undeliverable");
}

/** Returns the newest run on one node according to its data, or undefined if there is none. */
export function newestRun(fleet: Fleet, nodeId: string): PatchRun | undefined {
  return newestRuns(fleet).get(nodeId);
}

/** A patch run, derived from its data. */
interface PatchRun {
  /** Start of the operation, or undefined if the data does not contain it. */
  readonly start: Date | undefined;
  readonly kind: "command" | "patch policy" | "host management";
  /** Known for host management only, because its data names the association. */
  readonly associationId?: string | undefined;
}

function newestRuns(fleet: Fleet): Map<string, PatchRun> {
  const policyNodes = patchPolicyNodes(fleet);
  const runs = new Map<string, PatchRun>();
  const add = (nodeId: string, run: PatchRun) => {
    const known = runs.get(nodeId);
    if (known === undefined || timeOf(run) > timeOf(known)) runs.set(nodeId, run);
  };
  const patchKind = (nodeId: string) => (policyNodes.has(nodeId) ? "patch policy" : "command");
  for (const { InstanceId, OperationStartTime, OperationEndTime } of fleet.patchStates) {
    add(InstanceId, { start: OperationStartTime ?? OperationEndTime, kind: patchKind(InstanceId) });
  }
  for (const item of fleet.complianceItems) {
    if (isHostManagement(item)) add(item.ResourceId, hostManagementRun(item));
    else if (item.ComplianceType === "Patch") {
      add(item.ResourceId, { start: item.ExecutionSummary?.ExecutionTime, kind: patchKind(item.ResourceId) });
    }
  }
  for (const { ComplianceType, ResourceId, ExecutionSummary } of fleet.complianceSummaries) {
    if (ComplianceType !== "Patch" || runs.has(ResourceId)) continue;
    add(ResourceId, { start: ExecutionSummary?.ExecutionTime, kind: patchKind(ResourceId) });
  }
  for (const [nodeId, types] of fleet.inventory) {
    if (runs.has(nodeId)) continue;
    const summary = types.get("AWS:PatchSummary");
    const patches = types.get("AWS:PatchCompliance");
    if ((summary ?? patches) === undefined) continue;
    const start =
      parseTime(summary?.Entries[0]?.["OperationStartTime"]) ?? parseTime((summary ?? patches)?.CaptureTime);
    add(nodeId, { start, kind: "command" });
  }
  return runs;
}

function timeOf({ start }: PatchRun): number {
  return start?.getTime() ?? 0;
}

function patchPolicyNodes(fleet: Fleet): Set<string> {
  const rows = [...fleet.complianceItems, ...fleet.complianceSummaries];
  return new Set(
    rows
      .filter((row) => row.ComplianceType === "Patch" && row.ExecutionSummary?.ExecutionType === "PatchPolicy")
      .map(({ ResourceId }) => ResourceId),
  );
}

/**
 * Tells whether a compliance item comes from AWS-RunPatchBaselineAssociation. Only this document writes patch results
 * into Association rows.
 */
export function isHostManagement({ ComplianceType, Details }: ComplianceItem): boolean {
  const document = Details?.["DocumentName"] ?? "";
  return ComplianceType === "Association" && /(?:^|\/)AWS-RunPatchBaselineAssociation$/.test(document);
}

function hostManagementRun({ Id, Details, ExecutionSummary }: ComplianceItem): PatchRun {
  const start = parseTime(detailedText({ Details })["OperationStartTime"]) ?? ExecutionSummary?.ExecutionTime;
  return { start, kind: "host management", associationId: Id };
}

function eventOf(fleet: Fleet, nodeId: string, run: PatchRun, now: Date, status = "Success"): object {
  const isCommand = run.kind === "command";
  const start = run.start ?? now;
  const id = uuidOf(`${nodeId} ${run.kind} ${start.getTime()}`);
  return {
    version: "0",
    id: uuidOf(`event ${id}`),
    "detail-type": isCommand
      ? "EC2 Command Invocation Status-change Notification"
      : "EC2 State Manager Instance Association State Change",
    source: "aws.ssm",
    account: fleet.account,
    time: wholeSeconds(now),
    region: fleet.region,
    ...(isCommand ? invocation(fleet, nodeId, start, id, status) : instanceAssociation(fleet, nodeId, run, start, id)),
  };
}

function invocation(fleet: Fleet, nodeId: string, start: Date, id: string, status: string): object {
  return {
    resources: [nodeArn(fleet, nodeId)],
    detail: {
      "command-id": id,
      "document-name": "AWS-RunPatchBaseline",
      "instance-id": nodeId,
      "requested-date-time": start.toISOString(),
      status,
    },
  };
}

function instanceAssociation(fleet: Fleet, nodeId: string, run: PatchRun, start: Date, id: string): object {
  const isPolicy = run.kind === "patch policy";
  const document = isPolicy ? "AWS-RunPatchBaseline" : "AWS-RunPatchBaselineAssociation";
  return {
    resources: [nodeArn(fleet, nodeId), `arn:${partitionOf(fleet.region)}:ssm:${fleet.region}::document/${document}`],
    detail: {
      "association-id": run.associationId ?? uuidOf(`${fleet.account} ${fleet.region} ${run.kind}`),
      "instance-id": nodeId,
      "document-name": document,
      "document-version": "1",
      // A JSON string, as the service sends it.
      targets: JSON.stringify([{ key: "instanceids", values: [nodeId] }]),
      "creation-date": wholeSeconds(new Date(start.getTime() - 30 * 86_400_000)),
      "last-successful-execution-date": wholeSeconds(start),
      "last-execution-date": wholeSeconds(start),
      status: "Success",
      "detailed-status": "",
      "error-code": "",
      "execution-summary": `run ${id}`,
      "output-url": "",
      "instance-association-cwe-version": "1",
    },
  };
}

function nodeArn({ account, region }: Fleet, nodeId: string): string {
  const partition = partitionOf(region);
  return nodeId.startsWith("mi-")
    ? `arn:${partition}:ssm:${region}:${account}:managed-instance/${nodeId}`
    : `arn:${partition}:ec2:${region}:${account}:instance/${nodeId}`;
}
