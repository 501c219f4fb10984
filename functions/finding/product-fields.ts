import type { RatedJudgement } from "../compliance/node-severity.ts";
import type { CauseCounts, Package } from "../compliance/patch.ts";
import { patchGroupOf, type SourceReading } from "../compliance/reading.ts";
import { joinWithin } from "../runtime/text.ts";
import { listedCves } from "./vulnerabilities.ts";

/** The operation end that orders a node's findings. */
export const OPERATION_END = "PatchFindings/OperationEndTime";

/** How many patches are noncompliant, by cause. */
export const CAUSE_FIELDS = {
  missing: "PatchFindings/Missing",
  failed: "PatchFindings/Failed",
  pendingReboot: "PatchFindings/PendingReboot",
  rejected: "PatchFindings/Rejected",
  availableSecurityUpdate: "PatchFindings/AvailableSecurityUpdate",
} as const;

const MAX_VALUE_BYTES = 2_000;
/** Where a run's document cannot be known: the patch APIs do not keep it. */
const DEFAULT_DOCUMENT = { Patch: undefined, Inventory: undefined, Association: "AWS-RunPatchBaselineAssociation" };

/**
 * What the format has no field for: which run, which causes, why this severity, which patches.
 * Keys are at most 128, values at most 2,048 characters, pairs at most 50.
 */
export function productFields(
  judged: RatedJudgement,
  source: SourceReading,
  causes: CauseCounts,
): Record<string, string> {
  const { evidence, severity } = judged;
  const { packages } = source;
  const document = evidence.run?.document ?? DEFAULT_DOCUMENT[source.kind];
  const operationId = source.operationId ?? evidence.run?.operationId;
  const fields: Record<string, string | number | undefined> = {
    [OPERATION_END]: evidence.endedAt,
    "PatchFindings/Source": source.kind,
    "PatchFindings/Document": document,
    "PatchFindings/OperationId": operationId,
    "PatchFindings/ExecutionType": source.executionType,
    "PatchFindings/PatchGroup": patchGroupOf(evidence.sources),
    [CAUSE_FIELDS.missing]: causes.missing,
    [CAUSE_FIELDS.failed]: causes.failed,
    [CAUSE_FIELDS.pendingReboot]: causes.pendingReboot,
    [CAUSE_FIELDS.rejected]: causes.rejected,
    [CAUSE_FIELDS.availableSecurityUpdate]: causes.availableSecurityUpdate,
    "PatchFindings/SeverityReason": `${severity.label}: ${severity.reason}`,
    "PatchFindings/SeverityDecidedBy": severity.decidedBy,
    "PatchFindings/WorstPatches": packages && worstPatches(packages.worst, packages.total),
    "PatchFindings/Vulnerabilities": packages && vulnerabilityTotal(packages.cves, packages.worst),
    "PatchFindings/Notes": evidence.notes,
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) =>
      value === undefined || value === "" ? [] : [[key, String(value)] as const],
    ),
  );
}

function worstPatches(worst: readonly Package[], total: number): string | undefined {
  // Linux titles begin with the package's name and add its version; Windows titles say what a KB number is.
  const names = worst.map(({ id, title }) =>
    title === undefined ? id : title.startsWith(id) ? title : `${id} (${title})`,
  );
  return total === 0 ? undefined : joinWithin(names, MAX_VALUE_BYTES, total);
}

function vulnerabilityTotal(total: number, worst: readonly Package[]): string | undefined {
  if (total === 0) return undefined;
  const more = total - listedCves(worst);
  return more > 0 ? `${total} CVEs, ${more} more than listed here` : `${total} CVEs`;
}
