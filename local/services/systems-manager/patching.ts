/**
 * Simulates the data that a patch operation leaves on a node. The data is made up and proves nothing about AWS. It is
 * complete and consistent, and stored where the document of the node stores it.
 */
import { newestRun } from "../../fleet/default-events.ts";
import type { ComplianceItem, ComplianceSummary, Fleet, PatchState } from "../../fleet/fleet.ts";
import { hexOf } from "../../fleet/stable-id.ts";
import { summaryOf } from "../../fleet/synthetic-rows.ts";
import { countsAfter, noncompliantIn, readCounts, type PatchCounts } from "./patch-counts.ts";
import type { PatchOperation } from "./patch-operation.ts";
import { countsOf, rowsAfter } from "./patch-rows.ts";
import { associationRowAfter, inventoryAfter } from "./patch-texts-after.ts";

/**
 * Returns a node's data after an operation. A node without patch data gets a patch state with all counts 0.
 * @param part the fleet of this node alone
 */
export function afterOperation(part: Fleet, nodeId: string, operation: PatchOperation): Fleet {
  const newest = newestRun(part, nodeId);
  if (newest?.kind === "host management") return afterAssociation(part, newest.associationId, operation);
  const inventory = new Map([...part.inventory].map(([id, types]) => [id, inventoryAfter(types, operation)]));
  const rows = part.complianceItems.filter(isPatchRow);
  if (newest !== undefined && part.patchStates.length + rows.length === 0 && inventory.size > 0) {
    return { ...part, inventory };
  }
  const isPolicy = newest?.kind === "patch policy";
  return { ...part, ...complianceAfter(part, nodeId, isPolicy, operation), inventory };
}

/** Returns the data after AWS-RunPatchBaseline: the patch state, the existing rows and their summary. */
function complianceAfter(part: Fleet, nodeId: string, isPolicy: boolean, operation: PatchOperation) {
  const [known] = part.patchStates;
  // Each run of a patch policy has its own baseline, which cannot be described.
  const ownBaseline = `pb-0${hexOf(operation.snapshotId).slice(0, 16)}`;
  const baselineId = isPolicy ? ownBaseline : (known?.BaselineId ?? ownBaseline);
  const before = part.complianceItems.filter(isPatchRow);
  const rows = rowsAfter(before, operation, baselineId);
  const counts = countsBeside(rows, readCounts(known ?? countsOf(before)), operation);
  const state: PatchState = {
    PatchGroup: "",
    ...known,
    ...counts,
    InstanceId: nodeId,
    BaselineId: baselineId,
    SnapshotId: operation.snapshotId,
    Operation: operation.type,
    OperationStartTime: operation.start,
    OperationEndTime: operation.end,
    RebootOption: operation.rebootOption,
  };
  const summary = summaryOf(rows) ?? summaryByCounts(part.complianceSummaries, counts, operation);
  return {
    patchStates: [state],
    complianceItems: [...rows, ...part.complianceItems.filter((item) => !isPatchRow(item))],
    complianceSummaries: withSummary(part.complianceSummaries, summary),
  };
}

/**
 * Returns the counts of a patch state. Rows determine the noncompliant counts. They do not list every installed
 * package.
 */
function countsBeside(rows: readonly ComplianceItem[], before: PatchCounts, operation: PatchOperation): PatchCounts {
  const counts = countsAfter(before, operation);
  if (operation.type === "Scan" || rows.length === 0) return counts;
  return { ...countsOf(rows), InstalledCount: counts.InstalledCount };
}

/** Returns the data after AWS-RunPatchBaselineAssociation. Only its own row changes. */
function afterAssociation(part: Fleet, associationId: string | undefined, operation: PatchOperation): Fleet {
  const complianceItems = part.complianceItems.map((item) =>
    isAssociationRow(item) && item.Id === associationId ? associationRowAfter(item, operation) : item,
  );
  const summary = summaryOf(complianceItems.filter(isAssociationRow));
  return { ...part, complianceItems, complianceSummaries: withSummary(part.complianceSummaries, summary) };
}

/** Returns a summary without rows: only the status is known. */
function summaryByCounts(
  summaries: readonly ComplianceSummary[],
  counts: PatchCounts,
  { start }: PatchOperation,
): ComplianceSummary | undefined {
  const known = summaries.find(({ ComplianceType }) => ComplianceType === "Patch");
  return (
    known && {
      ...known,
      Status: noncompliantIn(counts) > 0 ? "NON_COMPLIANT" : "COMPLIANT",
      ExecutionSummary: { ...known.ExecutionSummary, ExecutionTime: start },
      NonCompliantSummary: { NonCompliantCount: noncompliantIn(counts) },
    }
  );
}

/** Returns the summaries with one replaced in its place, or appended if it is new. */
function withSummary(
  summaries: readonly ComplianceSummary[],
  summary: ComplianceSummary | undefined,
): readonly ComplianceSummary[] {
  if (summary === undefined) return summaries;
  const place = summaries.findIndex(({ ComplianceType }) => ComplianceType === summary.ComplianceType);
  return place === -1 ? [...summaries, summary] : summaries.with(place, summary);
}

const isPatchRow = ({ ComplianceType }: ComplianceItem): boolean => ComplianceType === "Patch";
const isAssociationRow = ({ ComplianceType }: ComplianceItem): boolean => ComplianceType === "Association";
