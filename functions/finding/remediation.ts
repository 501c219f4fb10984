import { CAUSES, type Cause, type CauseCounts } from "../compliance/patch.ts";
import { joinWithin } from "../runtime/text.ts";

/** What a cause is called, and what to do about it. */
const CAUSE_TEXT: Readonly<Record<Cause, { noun: string; remedy: string }>> = {
  missing: { noun: "missing", remedy: "Install the missing patches: run AWS-RunPatchBaseline with Operation Install." },
  failed: {
    noun: "failed to install",
    remedy: "Read the output of the last Install for the failed patches, mend the cause and install again.",
  },
  pendingReboot: { noun: "pending reboot", remedy: "Reboot the node, then run a Scan." },
  rejected: {
    noun: "rejected but installed",
    remedy: "Uninstall the rejected patches, or take them off the baseline's list.",
  },
  availableSecurityUpdate: {
    noun: "available security update",
    remedy: "Approve the available security updates in the patch baseline, then install them.",
  },
  unknown: { noun: "noncompliant", remedy: "See the node's patch page for the noncompliant patches." },
};

const MAX_TEXT_BYTES = 512;

/** "2 missing, 1 failed to install"; undefined if Systems Manager calls the node noncompliant and names no cause. */
export function nameCauses(causes: CauseCounts): string | undefined {
  const parts = present(causes).map((cause) => `${causes[cause]} ${CAUSE_TEXT[cause].noun}`);
  return parts.length === 0 ? undefined : joinWithin(parts, MAX_TEXT_BYTES);
}

/** The steps that mend exactly the causes at hand. */
export function remediationText(causes: CauseCounts): string {
  const found = present(causes);
  if (found.length === 1 && found[0] === "pendingReboot") {
    return "All patches are installed; the node only needs a reboot, and a Scan after it.";
  }
  if (found.length === 0) return CAUSE_TEXT.unknown.remedy;
  return found.map((cause) => CAUSE_TEXT[cause].remedy).join(" ");
}

function present(causes: CauseCounts): Cause[] {
  return CAUSES.filter((cause) => causes[cause] > 0);
}
