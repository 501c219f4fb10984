import type { z } from "zod";
import type * as records from "./fleet-records.ts";

/** Records as the AWS CLI prints them, with Dates as times. */
export type InstanceInformation = z.output<typeof records.instanceInformation>;
export type PatchState = z.output<typeof records.patchState>;
export type ComplianceItem = z.output<typeof records.complianceItem>;
export type ComplianceSummary = z.output<typeof records.complianceSummary>;
export type InventoryEntries = z.output<typeof records.inventoryEntries>;
type CommandInvocation = z.output<typeof records.commandInvocation>;
type Association = z.output<typeof records.association>;
export type WindowTask = z.output<typeof records.windowTask>;
export type WindowTaskInvocation = z.output<typeof records.windowTaskInvocation>;

/** Tag keys and values. */
export type NodeTags = Readonly<Record<string, string>>;

/** One EC2 instance in DescribeInstances. */
export interface Ec2Instance {
  readonly InstanceId: string;
  readonly State?: { readonly Name: string } | undefined;
  /** When it was last started. */
  readonly LaunchTime?: Date | undefined;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
}

/** A maintenance window in GetMaintenanceWindow. */
interface MaintenanceWindow {
  readonly WindowId: string;
  readonly Name: string;
  readonly Enabled: boolean;
  /** Hours. */
  readonly Duration: number;
  /** Hours before the end in which no new task starts. */
  readonly Cutoff: number;
}

/** The managed nodes of one Region, and the data that AWS has about them at the start of a run. */
export interface Fleet {
  readonly account: string;
  readonly region: string;
  readonly nodes: readonly InstanceInformation[];
  readonly patchStates: readonly PatchState[];
  readonly complianceItems: readonly ComplianceItem[];
  readonly complianceSummaries: readonly ComplianceSummary[];
  /** Node id -> inventory type (such as `AWS:PatchSummary`) -> its entries. */
  readonly inventory: ReadonlyMap<string, ReadonlyMap<string, InventoryEntries>>;
  /** Findings (ASFF) that are already in Security Hub. */
  readonly findings: readonly object[];
  /**
   * Node id -> seconds after its event at which its patch data becomes visible. The data of other nodes is visible from
   * the start.
   */
  readonly arrives: ReadonlyMap<string, number>;
  /** Node id -> its tags. Nodes without tags are left out. */
  readonly tags: ReadonlyMap<string, NodeTags>;
  /** Absent if the fleet has no EC2 data. Then no instance counts as terminated. */
  readonly instances?: readonly Ec2Instance[];
  readonly commandInvocations?: readonly CommandInvocation[];
  readonly associations?: readonly Association[];
  readonly windowTasks?: readonly WindowTask[];
  readonly windowTaskInvocations?: readonly WindowTaskInvocation[];
  /** For accounts in tests only: no fleet file contains them. */
  readonly windows?: readonly MaintenanceWindow[];
}

/** Returns a Region without managed nodes. */
export function emptyFleet(account: string, region: string): Fleet {
  return {
    account,
    region,
    nodes: [],
    patchStates: [],
    complianceItems: [],
    complianceSummaries: [],
    inventory: new Map(),
    findings: [],
    arrives: new Map(),
    tags: new Map(),
  };
}
