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
  /** Hash of the severity rules that chose the severity. The sweep checks nodes whose finding has another one. */
  severityRules: "PatchFindings/SeverityRules",
  worstPatches: "PatchFindings/WorstPatches",
  vulnerabilities: "PatchFindings/Vulnerabilities",
  notes: "PatchFindings/Notes",
  /** ISO 8601: since when the finding has been open without a break. */
  openSince: "PatchFindings/OpenSince",
  /** `true` once the finding has been open for too long. Filters cannot compare ages. */
  overdue: "PatchFindings/Overdue",
  /** Hash of everything that makes an update worth an import. */
  contentHash: "PatchFindings/ContentHash",
  /** The operation or state that allowed the finding to be closed. */
  proof: "PatchFindings/Proof",
  countsBefore: "PatchFindings/CountsBefore",
  countsAfter: "PatchFindings/CountsAfter",
  blindSpot: "PatchFindings/BlindSpot",
  blindSpotReason: "PatchFindings/BlindSpotReason",
  /** `terminated` or `absent`: why the finding of a removed node was closed. */
  removed: "PatchFindings/Gone",
  /** ISO 8601: start of the first sweep that did not find the node. */
  absentSince: "PatchFindings/AbsentSince",
} as const;

/** Every key of the program begins with it. */
export const OWN_FIELDS = "PatchFindings/";
