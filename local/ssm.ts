import type { Fleet } from "./fleet.ts";
import { emptyFleet } from "./fleet.ts";
import type { StandIn } from "./stand-in.ts";
import { ServiceError } from "./stand-in.ts";
import { listComplianceItems, listResourceComplianceSummaries } from "./ssm/compliance.ts";
import { describeInstanceInformation } from "./ssm/instance-information.ts";
import { listInventoryEntries } from "./ssm/inventory.ts";
import { describeInstancePatches, describeInstancePatchStates } from "./ssm/patch-states.ts";
import { RegionData } from "./ssm/region-data.ts";
import * as runs from "./ssm/runs.ts";
import { getMaintenanceWindow } from "./ssm/windows.ts";
import { toWire } from "./wire-time.ts";

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

/** Systems Manager in one Region, as far as it tells about patches: it reads a fleet, and changes nothing. */
export class SystemsManager implements StandIn {
  private readonly data: RegionData;
  private readonly timers = new Set<NodeJS.Timeout>();

  /** @param fleet what the Region holds; without one, nothing is managed in it */
  constructor(fleet: Fleet = emptyFleet("123456789012", "eu-west-1")) {
    this.data = new RegionData(fleet);
  }

  call(operation: string, input: Record<string, unknown>): unknown {
    const answer = OPERATIONS.get(operation);
    if (answer === undefined) throw new ServiceError("UnknownOperationException", `Unknown operation: ${operation}`);
    return toWire(answer(this.data, input));
  }

  /** The patch data of a node that `arrives` holds back can be read from now on. */
  showDataOf(nodeId: string): void {
    this.data.show(nodeId);
  }

  /** The same, `delayMs` milliseconds from now. For a node whose data can be read already, nothing happens. */
  expectData(nodeId: string, delayMs: number): void {
    if (!this.data.isHidden(nodeId)) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.data.show(nodeId);
    }, delayMs);
    timer.unref();
    this.timers.add(timer);
  }

  /** Data that has not arrived will not. */
  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}
