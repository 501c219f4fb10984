import type { ComplianceItem } from "../../fleet/fleet.ts";
import { wholeSeconds } from "../../fleet/wire-time.ts";
import type { PatchCounts } from "./patch-counts.ts";
import type { PatchOperation } from "./patch-operation.ts";

const INSTALLABLE = ["Missing", "Failed"];

/** Whether an installation with its reboot changes a package in this state. */
function isMendable(state: string | undefined): boolean {
  return state === "InstalledPendingReboot" || INSTALLABLE.includes(state ?? "");
}

/** The state of each package after an operation; undefined where it is as before. */
export function statesAfter(
  states: readonly (string | undefined)[],
  { type, fails }: PatchOperation,
): (string | undefined)[] {
  const withstands = fails ? states.findIndex((state) => INSTALLABLE.includes(state ?? "")) : -1;
  return states.map((state, place) => {
    if (type === "Scan" || !isMendable(state)) return undefined;
    return place === withstands ? "Failed" : "Installed";
  });
}

/** A node's rows of compliance type Patch after an operation. */
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
  // Only what is missing or failed has CVEs here.
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

/** What the rows add up to; a package can be critical and of a security classification. */
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
