import type { ComplianceItem } from "../../fleet/fleet.ts";
import { wholeSeconds } from "../../fleet/wire-time.ts";
import type { PatchCounts } from "./patch-counts.ts";
import type { PatchOperation } from "./patch-operation.ts";

const NOT_INSTALLED = ["Missing", "Failed"];

/** Tells whether an installation with a reboot changes a package in this state. */
function isInstallable(state: string | undefined): boolean {
  return state === "InstalledPendingReboot" || NOT_INSTALLED.includes(state ?? "");
}

/** Returns the state of each package after an operation, or undefined if it does not change. */
export function statesAfter(
  states: readonly (string | undefined)[],
  { type, fails }: PatchOperation,
): (string | undefined)[] {
  const failing = fails ? states.findIndex((state) => NOT_INSTALLED.includes(state ?? "")) : -1;
  return states.map((state, place) => {
    if (type === "Scan" || !isInstallable(state)) return undefined;
    return place === failing ? "Failed" : "Installed";
  });
}

/** Returns a node's compliance items of type Patch after an operation. */
export function rowsAfter(
  rows: readonly ComplianceItem[],
  operation: PatchOperation,
  baselineId: string,
): ComplianceItem[] {
  const states = statesAfter(
    rows.map(({ Details }) => Details?.["PatchState"]),
    operation,
  );
  return rows.map((row, place) => {
    const { start: ExecutionTime, snapshotId: ExecutionId } = operation;
    const reported = {
      ...row,
      ExecutionSummary: { ...row.ExecutionSummary, ExecutionTime, ExecutionId },
      Details: { ...row.Details, PatchBaselineId: baselineId },
    };
    const state = states[place];
    return state === undefined ? reported : withState(reported, state, operation);
  });
}

function withState(row: ComplianceItem, state: string, { end }: PatchOperation): ComplianceItem {
  const isInstalled = state === "Installed";
  // Only missing and failed packages have CVEs here.
  const details = Object.entries(row.Details ?? {}).filter(([key]) => !isInstalled || key !== "CVEIds");
  return {
    ...row,
    Status: isInstalled ? "COMPLIANT" : "NON_COMPLIANT",
    Details: {
      ...Object.fromEntries(details),
      PatchState: state,
      ...(isInstalled && { InstalledTime: wholeSeconds(end) }),
    },
  };
}

/** Counts the packages in the rows. A package can be critical and of a security classification. */
export function countsOf(rows: readonly ComplianceItem[]): PatchCounts {
  const inState = (state: string) => rows.filter(({ Details }) => Details?.["PatchState"] === state).length;
  const bad = rows.filter(({ Status }) => Status === "NON_COMPLIANT");
  const isCritical = ({ Severity }: ComplianceItem) => Severity === "CRITICAL";
  const isSecurity = ({ Details }: ComplianceItem) => /^security/i.test(Details?.["Classification"] ?? "");
  return {
    InstalledCount: inState("Installed"),
    InstalledPendingRebootCount: inState("InstalledPendingReboot"),
    InstalledRejectedCount: inState("InstalledRejected"),
    MissingCount: inState("Missing"),
    FailedCount: inState("Failed"),
    CriticalNonCompliantCount: bad.filter(isCritical).length,
    SecurityNonCompliantCount: bad.filter(isSecurity).length,
    OtherNonCompliantCount: bad.filter((row) => !isCritical(row) && !isSecurity(row)).length,
  };
}
