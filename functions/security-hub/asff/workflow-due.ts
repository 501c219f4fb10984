import { PROGRAM } from "../../../contract/generators.ts";
import { PRODUCT_FIELDS } from "../../../contract/product-fields.ts";
import { cleanText } from "../../runtime/text.ts";
import type { StoredFinding } from "./stored-finding.ts";

/** The author of the program's notes. */
export const NOTE_AUTHOR = PROGRAM;

/** Security Hub's limit for the text of a note (AWS Security Finding Format, "Note"). */
const MAX_NOTE_BYTES = 512;

export interface WorkflowDue {
  readonly status: "NEW" | "RESOLVED";
  /** Left out if a person wrote the note. */
  readonly note?: { readonly text: string; readonly updatedBy: string };
}

/**
 * Returns the workflow status that a finding of ours should get; undefined if it is right already, or a person's choice.
 *
 * A closed finding is RESOLVED. If an open finding was resolved by this program after its last import, it lost a race:
 * Security Hub resets the status on an import, and the older close came after that import.
 */
export function workflowDue(stored: StoredFinding): WorkflowDue | undefined {
  const { RecordState, Compliance, Workflow, Note, ProductFields, UpdatedAt } = stored;
  const status = Workflow?.Status ?? "NEW";
  if (status === "SUPPRESSED") return undefined;
  const ours = Note?.UpdatedBy === NOTE_AUTHOR;
  if (RecordState === "ARCHIVED" && Compliance?.Status === "PASSED") {
    if (status === "RESOLVED") return undefined;
    const text = cleanText(ProductFields?.[PRODUCT_FIELDS.proof], MAX_NOTE_BYTES);
    const free = Note === undefined || ours;
    return { status: "RESOLVED", ...(free && text && { note: { text, updatedBy: NOTE_AUTHOR } }) };
  }
  const open = Compliance?.Status === "FAILED" || Compliance?.Status === "WARNING";
  const overtaken = ours && Date.parse(Note.UpdatedAt ?? "") > Date.parse(UpdatedAt ?? "");
  return status === "RESOLVED" && RecordState === "ACTIVE" && open && overtaken ? { status: "NEW" } : undefined;
}
