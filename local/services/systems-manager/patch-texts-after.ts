/** Updates the results that Systems Manager stores as text, as a patch operation would. */
import type { ComplianceItem, InventoryEntries } from "../../fleet/fleet.ts";
import { wholeSeconds } from "../../fleet/wire-time.ts";
import { countsAfter, noncompliantIn, readCounts } from "./patch-counts.ts";
import type { PatchOperation } from "./patch-operation.ts";
import { statesAfter } from "./patch-rows.ts";
import { detailedText, type Texts } from "./patch-texts.ts";

/** Returns the row of the association that ran AWS-RunPatchBaselineAssociation. */
export function associationRowAfter(row: ComplianceItem, operation: PatchOperation): ComplianceItem {
  const text = textsAfter(detailedText(row), operation);
  return {
    ...row,
    Status: text["NonCompliantSeverity"] === undefined ? "COMPLIANT" : "NON_COMPLIANT",
    ExecutionSummary: { ...row.ExecutionSummary, ExecutionTime: operation.start },
    Details: { ...row.Details, DetailedText: JSON.stringify(text) },
  };
}

/** Returns a node's inventory after an operation. Only the patch types change. */
export function inventoryAfter(
  types: ReadonlyMap<string, InventoryEntries>,
  operation: PatchOperation,
): ReadonlyMap<string, InventoryEntries> {
  const entriesAfter: Readonly<Record<string, (entries: readonly Texts[]) => Texts[]>> = {
    "AWS:PatchSummary": (entries) => entries.map((entry) => summaryEntryAfter(entry, operation)),
    "AWS:PatchCompliance": (entries) => packageEntriesAfter(entries, operation),
  };
  return new Map(
    [...types].map(([type, inventory]) => {
      const Entries = entriesAfter[type]?.(inventory.Entries);
      return [type, Entries ? { ...inventory, Entries, CaptureTime: wholeSeconds(operation.end) } : inventory];
    }),
  );
}

function summaryEntryAfter(entry: Texts, operation: PatchOperation): Texts {
  const { snapshotId: ExecutionId, rebootOption: RebootOption } = operation;
  return { ...textsAfter(entry, operation), RebootOption, ExecutionId };
}

function packageEntriesAfter(entries: readonly Texts[], operation: PatchOperation): Texts[] {
  const states = statesAfter(
    entries.map(({ State }) => State),
    operation,
  );
  return entries.map((entry, place) => {
    const State = states[place];
    if (State === undefined) return entry;
    return { ...entry, State, ...(State === "Installed" && { InstalledTime: wholeSeconds(operation.end) }) };
  });
}

function textsAfter({ NonCompliantSeverity = "INFORMATIONAL", ...before }: Texts, operation: PatchOperation): Texts {
  const counts = countsAfter(readCounts(before), operation);
  return {
    ...before,
    ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)])),
    SnapshotId: operation.snapshotId,
    OperationType: operation.type,
    OperationStartTime: operation.start.toISOString(),
    OperationEndTime: operation.end.toISOString(),
    // The severity stays if some packages are still noncompliant.
    ...(noncompliantIn(counts) > 0 && { NonCompliantSeverity }),
  };
}
