import { PROOF } from "./proof.ts";
import type { StoredFinding } from "./stored-finding.ts";

/** The author of the program's notes. */
export const NOTE_AUTHOR = "patch-manager-findings";

const MAX_NOTE_BYTES = 512;

export interface WorkflowDue {
  readonly status: "NEW" | "RESOLVED";
  /** Left out where a person's note stands. */
  readonly note?: { readonly text: string; readonly updatedBy: string };
}

/**
 * Which workflow status a finding of ours should get; undefined where it is right already, or a person's choice.
 *
 * A closed finding is RESOLVED. One that is open although this program resolved it after its last import lost a race:
 * Security Hub resets the status on an import, and the older close came after it.
 */
export function workflowDue(stored: StoredFinding): WorkflowDue | undefined {
  const { RecordState, Compliance, Workflow, Note, ProductFields, UpdatedAt } = stored;
  const status = Workflow?.Status ?? "NEW";
  if (status === "SUPPRESSED") return undefined;
  const ours = Note?.UpdatedBy === NOTE_AUTHOR;
  if (RecordState === "ARCHIVED" && Compliance?.Status === "PASSED") {
    if (status === "RESOLVED") return undefined;
    const text = ProductFields?.[PROOF]?.slice(0, MAX_NOTE_BYTES);
    const free = Note === undefined || ours;
    return { status: "RESOLVED", ...(free && text && { note: { text, updatedBy: NOTE_AUTHOR } }) };
  }
  const open = Compliance?.Status === "FAILED" || Compliance?.Status === "WARNING";
  const overtaken = ours && Date.parse(Note.UpdatedAt ?? "") > Date.parse(UpdatedAt ?? "");
  return status === "RESOLVED" && RecordState === "ACTIVE" && open && overtaken ? { status: "NEW" } : undefined;
}
