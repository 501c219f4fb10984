/** What Systems Manager tells about one node's patches, in few words. */
import type { SystemsManager } from "../local/ssm.ts";
import { allPages, call, rows } from "./ssm-fixtures.ts";

export type Row = Record<string, unknown> & { Details?: Record<string, string> };
/** Only Inventory knows of its patches. */
export const INVENTORY = "i-0c33f7b0a2c45e8d6";

export const only = (service: SystemsManager, operation: string, input: object): Row | undefined =>
  rows(call(service, operation, input))[0];
export const stateOf = (service: SystemsManager, nodeId: string) =>
  only(service, "DescribeInstancePatchStates", { InstanceIds: [nodeId] });
export const itemsOf = (service: SystemsManager, nodeId: string, type = "Patch"): Row[] =>
  allPages(service, "ListComplianceItems", { ResourceIds: [nodeId] })
    .flat()
    .filter(({ ComplianceType }) => ComplianceType === type);
export const summariesOf = (service: SystemsManager, nodeId: string): Row[] =>
  allPages(service, "ListResourceComplianceSummaries", {})
    .flat()
    .filter(({ ResourceId }) => ResourceId === nodeId);
export const inventoryOf = (service: SystemsManager, type: string) =>
  rows(call(service, "ListInventoryEntries", { InstanceId: INVENTORY, TypeName: type }));
export const associationText = (service: SystemsManager, nodeId: string): Row => {
  const row = itemsOf(service, nodeId, "Association").find(({ Details }) => Details?.["DetailedText"] !== undefined);
  return JSON.parse(row?.Details?.["DetailedText"] ?? "{}") as Row;
};

/** "installed missing/failed/pending/rejected critical/security/other" */
export function counts(source: Row | undefined): string {
  if (source === undefined) return "nothing";
  const of = (...names: string[]) => names.map((name) => String(source[`${name}Count`])).join("/");
  return [
    of("Installed"),
    of("Missing", "Failed", "InstalledPendingReboot", "InstalledRejected"),
    of("CriticalNonCompliant", "SecurityNonCompliant", "OtherNonCompliant"),
  ].join(" ");
}

/** A node's patch states, as its rows list them: "Installed 4, Missing 3". */
export function states(items: readonly Row[]): string {
  const all = items.map(({ Details, State }) => String(Details?.["PatchState"] ?? State));
  return [...Map.groupBy(all, (state) => state)]
    .map(([state, { length }]) => `${state} ${length}`)
    .toSorted()
    .join(", ");
}
