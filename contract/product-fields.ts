/**
 * Keys of `ProductFields` that the program writes, without those of the causes (`causes.ts`). People filter by them, so
 * they never change.
 */
export const PRODUCT_FIELDS = {
  /** ISO 8601: end of the newest patch operation. Findings of a node are ordered by it. */
  operationEndTime: "PatchFindings/OperationEndTime",
  /** `Patch`, `Association` or `Inventory`: where Systems Manager keeps the data. */
  source: "PatchFindings/Source",
  document: "PatchFindings/Document",
  /** Command or association id. */
  operationId: "PatchFindings/OperationId",
  executionType: "PatchFindings/ExecutionType",
  patchGroup: "PatchFindings/PatchGroup",
  severityReason: "PatchFindings/SeverityReason",
  severityDecidedBy: "PatchFindings/SeverityDecidedBy",
  /** The severity before it was raised because the finding is overdue. Absent if it was not raised. */
  ratedSeverity: "PatchFindings/RatedSeverity",
  /** The highest severity since the finding opened. */
  peakSeverity: "PatchFindings/PeakSeverity",
  /** Hash of the policies that judged the node. The sweep checks nodes whose finding has another one. */
  severityRules: "PatchFindings/SeverityRules",
  worstPatches: "PatchFindings/WorstPatches",
  vulnerabilities: "PatchFindings/Vulnerabilities",
  notes: "PatchFindings/Notes",
  /** A command of the AWS CLI that helps against the first cause. Absent if there is none. */
  remediationCommand: "PatchFindings/RemediationCommand",
  /** ISO 8601: since when the finding has been open without a break. */
  openSince: "PatchFindings/OpenSince",
  /** ISO 8601: when the program opened the finding, or opened it again. The operation may have ended long before. */
  openedAt: "PatchFindings/OpenedAt",
  /** Since when the node has lacked patches of each severity: `CRITICAL 2026-07-01T02:00:00.000Z, LOW ...`. */
  levelsSince: "PatchFindings/LevelsSince",
  /** Since when the node has lacked each listed patch: `KB5034441 2026-07-01, ...`. */
  patchesSince: "PatchFindings/PatchesSince",
  /** ISO 8601: when the first patch must be installed. Absent if no deadline applies. */
  dueDate: "PatchFindings/DueDate",
  /** Which deadline set the due date. */
  dueReason: "PatchFindings/DueReason",
  /** `later`, `soon` or `overdue` (`due.ts`). Filters of Security Hub cannot compare dates in ProductFields. */
  due: "PatchFindings/Due",
  /** ISO 8601: the due date, once it has passed. */
  overdueSince: "PatchFindings/OverdueSince",
  /** `true` once the due date has passed. */
  overdue: "PatchFindings/Overdue",
  /** `all` if every noncompliant patch is accepted by an exception, `some` if a few are. */
  accepted: "PatchFindings/Accepted",
  /** ISO 8601: when the first of the exceptions ends that accept patches of the node. */
  acceptedUntil: "PatchFindings/AcceptedUntil",
  /** Keys of these exceptions (`exception-key.ts`), the first to end first. */
  acceptedBy: "PatchFindings/AcceptedBy",
  /** The accepted patches: `KB5034441 accepted until 2026-12-31 by jane: reason`. */
  acceptedPatches: "PatchFindings/AcceptedPatches",
  /** What the last import changed (`changes.ts`). */
  change: "PatchFindings/Change",
  /** The same for every retry of the same change, and different for every other change. */
  changeId: "PatchFindings/ChangeId",
  /** Hash of everything that makes an update worth an import. */
  contentHash: "PatchFindings/ContentHash",
  /** The operation or state that allowed the finding to be closed. */
  proof: "PatchFindings/Proof",
  countsBefore: "PatchFindings/CountsBefore",
  countsAfter: "PatchFindings/CountsAfter",
  blindSpot: "PatchFindings/BlindSpot",
  blindSpotReason: "PatchFindings/BlindSpotReason",
  /** `terminated`, `deregistered` or `absent`: why the finding of a removed node was closed. */
  removed: "PatchFindings/Gone",
  /** ISO 8601: start of the first sweep that did not find the node. */
  absentSince: "PatchFindings/AbsentSince",
} as const;

/** Every key of the program begins with it. */
export const OWN_FIELDS = "PatchFindings/";
