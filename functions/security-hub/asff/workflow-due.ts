import { PROGRAM } from "../../../contract/generators.ts";
import { PRODUCT_FIELDS } from "../../../contract/product-fields.ts";
import { NOTE_AUTHOR, SUPPRESSED_BY_PROGRAM } from "../../../contract/workflow-notes.ts";
import { cleanText } from "../../runtime/text.ts";
import type { StoredFinding } from "./stored-finding.ts";

const LIFTED_BY_US = `No longer suppressed by ${PROGRAM}: `;

/** Security Hub's limit for the text of a note (AWS Security Finding Format, "Note"). */
const MAX_NOTE_BYTES = 512;

export interface WorkflowDue {
  readonly status: "NEW" | "RESOLVED" | "SUPPRESSED";
  /** Left out if a person wrote the note. */
  readonly note?: { readonly text: string; readonly updatedBy: string };
}

/**
 * Returns the workflow status that a finding of ours should get; undefined if it is right already, or a person's choice.
 *
 * A closed finding is RESOLVED. An open finding is SUPPRESSED while exceptions accept all its patches. If an open finding
 * was resolved by this program after its last import, it lost a race: Security Hub resets the status on an import, and
 * the older close came after that import.
 *
 * @param why why a suppression ends, in words
 */
export function workflowDue(stored: StoredFinding, why?: string): WorkflowDue | undefined {
  const { RecordState, Compliance, Workflow, Note, UpdatedAt } = stored;
  const status = Workflow?.Status ?? "NEW";
  const suppressedByUs = isSuppressedByUs(stored);
  if (status === "SUPPRESSED" && !suppressedByUs) return undefined;
  if (RecordState === "ARCHIVED" && Compliance?.Status === "PASSED") return resolved(stored);
  const open = Compliance?.Status === "FAILED" || Compliance?.Status === "WARNING";
  if (RecordState !== "ACTIVE" || !open) return undefined;
  const accepted = stored.ProductFields?.[PRODUCT_FIELDS.accepted] === "all";
  if (suppressedByUs) return accepted ? undefined : { status: "NEW", note: lifted(why) };
  if (accepted && (status === "NEW" || status === "NOTIFIED")) return suppressed(stored);
  // The notes of a suppression are of an open finding: whoever resolved it then was a person.
  const isOfClosing =
    Note?.UpdatedBy === NOTE_AUTHOR && !isMarked(Note) && Note.Text?.startsWith(LIFTED_BY_US) !== true;
  const overtaken = isOfClosing && Date.parse(Note.UpdatedAt ?? "") > Date.parse(UpdatedAt ?? "");
  return status === "RESOLVED" && overtaken ? { status: "NEW" } : undefined;
}

/** A suppression is ours only while its note is: whoever writes another note takes the finding over. */
export function isSuppressedByUs({ Workflow, Note }: StoredFinding): boolean {
  return Workflow?.Status === "SUPPRESSED" && isMarked(Note);
}

function isMarked(note: StoredFinding["Note"]): boolean {
  return note?.UpdatedBy === NOTE_AUTHOR && note.Text?.startsWith(SUPPRESSED_BY_PROGRAM) === true;
}

function resolved({ Workflow, Note, ProductFields }: StoredFinding): WorkflowDue | undefined {
  if (Workflow?.Status === "RESOLVED") return undefined;
  const text = cleanText(ProductFields?.[PRODUCT_FIELDS.proof], MAX_NOTE_BYTES);
  const free = Note === undefined || Note.UpdatedBy === NOTE_AUTHOR;
  return { status: "RESOLVED", ...(free && text && { note: { text, updatedBy: NOTE_AUTHOR } }) };
}

/**
 * Without our note nobody could tell the suppression from a person's, so a finding with a person's note is left alone. If
 * our note still stands but the status is another, a person has ended the suppression.
 */
function suppressed({ Note, ProductFields = {} }: StoredFinding): WorkflowDue | undefined {
  if (Note !== undefined && (Note.UpdatedBy !== NOTE_AUTHOR || isMarked(Note))) return undefined;
  const accepted = ProductFields[PRODUCT_FIELDS.acceptedPatches] ?? "exceptions accept all noncompliant patches";
  const text = cleanText(`${SUPPRESSED_BY_PROGRAM}${accepted}`, MAX_NOTE_BYTES);
  return text === undefined ? undefined : { status: "SUPPRESSED", note: { text, updatedBy: NOTE_AUTHOR } };
}

function lifted(why = "not all noncompliant patches are accepted any more"): { text: string; updatedBy: string } {
  return {
    text: cleanText(`${LIFTED_BY_US}${why}.`, MAX_NOTE_BYTES) ?? "",
    updatedBy: NOTE_AUTHOR,
  };
}
