/**
 * Which command helps against a cause: run an Install, run an Install that reboots, show the patch baseline with its lists,
 * or list the node's patches.
 */
export type CauseCommand = "install" | "reboot" | "showBaseline" | "listPatches";

/**
 * Why a patch makes a node noncompliant. One row is all that a cause needs: gathering, judging, the finding, insights,
 * the console, the report and the command line read this table.
 */
export interface CauseRow {
  /** Its name in the program's own data. */
  readonly cause: string;
  /**
   * States of a patch that mean this cause, as compliance items spell them. Case and underscores do not matter
   * (AWS Systems Manager API reference, "PatchComplianceData").
   */
  readonly states: readonly string[];
  /** The number of such patches in a patch state (API reference, "InstancePatchState"). */
  readonly count: string;
  /**
   * True if such a patch always makes the node noncompliant. False if the patch baseline decides: then only the status
   * of the compliance item tells.
   */
  readonly always: boolean;
  /** The number of such patches in PatchSummary, for findings of other products (ASFF, "PatchSummary"). */
  readonly summary?: string;
  /** The key in ProductFields that holds the number of such patches. */
  readonly field: string;
  /** Name in tables and CSV columns. */
  readonly label: string;
  /** The name after a number other than 1, if it differs. */
  readonly labelMany?: string;
  /** Words after a number in a sentence: "1 failed to install". */
  readonly one: string;
  readonly many: string;
  /** What happened, in a sentence. */
  readonly happened?: string;
  readonly remedy: string;
  /** What to do, before the number of nodes: "Reboot" becomes "Reboot 12 nodes". Default: the remedy. */
  readonly action?: string;
  /** Instead of `remedy`, for a node that has no other cause. */
  readonly remedyAlone?: string;
  /** Absent if no command helps. The finding has the command of its first cause that has one. */
  readonly command?: CauseCommand;
  /** Saved view in Security Hub. Its key is part of the resource name. */
  readonly insight?: { readonly key: string; readonly title: string };
}

/** In the order in which findings name them. */
export const CAUSES = [
  {
    cause: "missing",
    states: ["Missing"],
    count: "MissingCount",
    always: true,
    summary: "MissingCount",
    field: "PatchFindings/Missing",
    label: "missing",
    one: "missing",
    many: "missing",
    happened: "The patch baseline approves patches that are not installed.",
    remedy: "Install the missing patches: run AWS-RunPatchBaseline with Operation Install.",
    action: "Install the missing patches on",
    command: "install",
    insight: { key: "missing", title: "nodes with missing patches" },
  },
  {
    cause: "failed",
    states: ["Failed"],
    count: "FailedCount",
    always: true,
    summary: "FailedCount",
    field: "PatchFindings/Failed",
    label: "failed",
    one: "failed to install",
    many: "failed to install",
    happened: "The last Install could not install patches.",
    remedy: "Check the output of the last Install for why patches failed. Fix that, then run Install again.",
    action: "Fix failed installs on",
    command: "install",
    insight: { key: "failed", title: "nodes with failed patches" },
  },
  {
    cause: "pendingReboot",
    states: ["InstalledPendingReboot"],
    count: "InstalledPendingRebootCount",
    always: true,
    summary: "InstalledPendingReboot",
    field: "PatchFindings/PendingReboot",
    label: "pending reboot",
    one: "pending reboot",
    many: "pending reboot",
    happened: "Patches are installed, and take effect only after a reboot.",
    remedy: "Reboot the node, then run a Scan.",
    action: "Reboot",
    remedyAlone: "All patches are installed. Reboot the node, then run a Scan.",
    command: "reboot",
    insight: { key: "reboot", title: "nodes that need a reboot" },
  },
  {
    cause: "rejected",
    states: ["InstalledRejected"],
    count: "InstalledRejectedCount",
    always: true,
    summary: "InstalledRejectedCount",
    field: "PatchFindings/Rejected",
    label: "rejected",
    one: "rejected but installed",
    many: "rejected but installed",
    happened: "Patches are installed that the patch baseline rejects.",
    remedy: "Uninstall the rejected patches, or remove them from the patch baseline's list of rejected patches.",
    action: "Uninstall or allow rejected patches on",
    command: "showBaseline",
    insight: { key: "rejected", title: "nodes with rejected patches" },
  },
  {
    cause: "availableSecurityUpdate",
    states: ["AvailableSecurityUpdate", "AvailableSecurityUpdates"],
    count: "AvailableSecurityUpdateCount",
    always: false,
    field: "PatchFindings/AvailableSecurityUpdate",
    label: "available security update",
    labelMany: "available security updates",
    one: "available security update",
    many: "available security updates",
    happened:
      "Security updates are available that the patch baseline does not approve, and it calls that noncompliant.",
    remedy: "Approve the available security updates in the patch baseline, then install them.",
    action: "Approve available security updates for",
    command: "showBaseline",
  },
] as const satisfies readonly CauseRow[];

export type KnownCause = (typeof CAUSES)[number]["cause"];
/** `unknown`: Systems Manager calls the patch noncompliant, and its state is none of the table's. */
export type Cause = KnownCause | "unknown";
export type CauseCounts = Readonly<Record<Cause, number>>;

/** Words for patches whose state is not in the table. */
export const UNKNOWN_CAUSE = {
  cause: "unknown",
  one: "noncompliant",
  many: "noncompliant",
  remedy: "Open the node's patch page in Systems Manager to see which patches are noncompliant.",
  command: "listPatches",
} as const;

/** The rows whose patches always make a node noncompliant. The sum of their counts is exact. */
export const ALWAYS_NONCOMPLIANT: readonly KnownCause[] = CAUSES.flatMap(({ cause, always }) =>
  always ? [cause] : [],
);

/** Returns one value per cause. */
export function perCause<Value>(valueOf: (row: CauseRow) => Value): Record<KnownCause, Value> {
  return Object.fromEntries(CAUSES.map((row) => [row.cause, valueOf(row)])) as Record<KnownCause, Value>;
}
