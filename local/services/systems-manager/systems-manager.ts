import { defaultEvents, undeliverableEvent } from "../../fleet/default-events.ts";
import type { ComplianceItem, Fleet, InstanceInformation } from "../../fleet/fleet.ts";
import { emptyFleet } from "../../fleet/fleet.ts";
import { hexOf } from "../../fleet/stable-id.ts";
import type { StandIn } from "../../gateway/stand-in.ts";
import { ServiceError } from "../../gateway/stand-in.ts";
import { listComplianceItems, listResourceComplianceSummaries } from "./compliance.ts";
import { describeInstanceInformation } from "./instance-information.ts";
import { listInventoryEntries } from "./inventory.ts";
import { describeInstancePatches, describeInstancePatchStates } from "./patch-states.ts";
import { operationOn, type PatchOperation } from "./patch-operation.ts";
import { afterOperation } from "./patching.ts";
import { RegionData } from "./region-data.ts";
import * as runs from "./runs.ts";
import { getMaintenanceWindow } from "./windows.ts";
import { toWire } from "../../fleet/wire-time.ts";

type Operation = (data: RegionData, input: unknown) => object;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["DescribeInstanceInformation", describeInstanceInformation],
  ["DescribeInstancePatches", describeInstancePatches],
  ["DescribeInstancePatchStates", describeInstancePatchStates],
  ["DescribeMaintenanceWindowExecutionTaskInvocations", runs.describeMaintenanceWindowExecutionTaskInvocations],
  ["DescribeMaintenanceWindowExecutionTasks", runs.describeMaintenanceWindowExecutionTasks],
  ["GetMaintenanceWindow", getMaintenanceWindow],
  ["ListAssociations", runs.listAssociations],
  ["ListCommandInvocations", runs.listCommandInvocations],
  ["ListComplianceItems", listComplianceItems],
  ["ListInventoryEntries", listInventoryEntries],
  ["ListResourceComplianceSummaries", listResourceComplianceSummaries],
]);

/** One in this many nodes fails to install one package at its first installation. */
const FAILING_ONE_IN = 10;

/**
 * Systems Manager in one Region: its patch and compliance data. Patch runs change the data, never the fleet that was
 * passed in.
 */
export class SystemsManager implements StandIn {
  private readonly data: RegionData;
  private readonly timers = new Set<NodeJS.Timeout>();
  /** Nodes that had an installation. */
  private readonly installed = new Set<string>();

  /** @param fleet the data of the Region; by default, no managed nodes */
  constructor(fleet: Fleet = emptyFleet("123456789012", "eu-west-1")) {
    this.data = new RegionData(fleet);
  }

  call(operation: string, input: Record<string, unknown>): unknown {
    const answer = OPERATIONS.get(operation);
    if (answer === undefined) throw new ServiceError("UnknownOperationException", `Unknown operation: ${operation}`);
    return toWire(answer(this.data, input));
  }

  /** Makes the patch data of a node visible that `arrives` held back. */
  showDataOf(nodeId: string): void {
    this.data.show(nodeId);
  }

  /** Does the same after `delayMs` milliseconds. If the data is visible already, nothing happens. */
  expectData(nodeId: string, delayMs: number): void {
    if (!this.data.isHidden(nodeId)) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.data.show(nodeId);
    }, delayMs);
    timer.unref();
    this.timers.add(timer);
  }

  /** Returns the current state. It is the same object until something changes. */
  fleet(): Fleet {
    return this.data.presentFleet;
  }

  /** Returns the compliance items of one node that are visible now. */
  complianceItemsOf(nodeId: string): readonly ComplianceItem[] {
    return this.data.complianceItemsOf(nodeId);
  }

  /** Tells whether the node is managed or has data. */
  isKnown(nodeId: string): boolean {
    return this.data.isKnown(nodeId);
  }

  /** Returns the managed nodes whose agent is reachable. Nodes without a ping status count as reachable. */
  onlineNodes(): string[] {
    return this.data.fleet.nodes.filter(isOnline).map(({ InstanceId }) => InstanceId);
  }

  /**
   * Runs the node's patch document. On one in ten nodes, one package fails at the first installation. A node whose
   * agent is unreachable keeps its data.
   *
   * @returns the event at the end of the run
   */
  runPatchDocument(nodeId: string, type: PatchOperation["type"], now: Date): object {
    const part = this.data.partOf(nodeId);
    const fails = !this.installed.has(nodeId) && Number.parseInt(hexOf(nodeId).slice(0, 8), 16) % FAILING_ONE_IN === 0;
    const operation = operationOn(part, { type, fails }, now);
    if (!part.nodes.some(isOnline)) return undeliverableEvent(part, nodeId, operation.start, now);
    const after = afterOperation(part, nodeId, operation);
    if (type === "Install") this.installed.add(nodeId);
    this.data.replacePart(nodeId, after);
    const [event] = defaultEvents(after, { now: () => now }).events;
    if (event === undefined) throw new Error(`the run on ${nodeId} left no data behind`);
    return event;
  }

  /** Cancels the data that has not arrived yet. */
  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}

function isOnline({ PingStatus = "Online" }: InstanceInformation): boolean {
  return PingStatus === "Online";
}
