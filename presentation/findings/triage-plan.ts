/** Decides what a person's triage writes. The command line and the console use the same rules. */
import { NOTE_AUTHOR, SUPPRESSED_BY_PROGRAM } from "../../contract/workflow-notes.ts";
import type { FindingView } from "./finding-view.ts";
import { isOwn } from "./own-finding.ts";
import { UNSAFE } from "./text.ts";

/** The workflow statuses that a person may set. RESOLVED is left to the program, which resolves on proof only. */
export const TRIAGE_STATUSES = ["NEW", "NOTIFIED", "SUPPRESSED"] as const;
export type TriageStatus = (typeof TRIAGE_STATUSES)[number];

/** Limits of Security Hub for a note's text and author, in characters (API reference, "NoteUpdate"; user guide, "Note"). */
export const MOST_NOTE = 512;
export const MOST_AUTHOR = 512;

/** What a person wants to write, for one finding or many. */
export interface TriageRequest {
  readonly status: TriageStatus;
  readonly note?: string;
  /** Who writes the note. */
  readonly by: string;
  /** Whether the note also replaces notes of other people. */
  readonly replaceNotes: boolean;
}

/** One finding to write. */
export interface TriageUpdate {
  readonly view: FindingView;
  readonly id: string;
  readonly productArn: string;
  readonly status: TriageStatus;
  /** Absent: the finding keeps its note, or has none. */
  readonly note?: { readonly text: string; readonly updatedBy: string };
  /** The author of a note that stays although the request has one. */
  readonly keptNoteOf?: string;
}

/** Why a finding is not written. */
export type SkipReason = "foreign" | "closed" | "unchanged" | "needsNote";

/** One finding that is not written. */
export interface TriageSkip {
  readonly view: FindingView;
  readonly reason: SkipReason;
}

/** A finding that was asked for and not written. */
export interface TriageFailure {
  readonly id: string;
  /** Security Hub's ErrorCode, or `Skipped` if the rules of triage leave the finding alone. */
  readonly code: string;
  readonly message: string;
}

/** The same in words, after the finding's name. */
export const SKIP_TEXTS: Readonly<Record<SkipReason, string>> = {
  foreign: "is not a finding of this program",
  closed: "is closed",
  unchanged: "has this status already",
  needsNote: "has a note of this program that says who suppressed it, so give a note to take the finding over",
};

/** Returns what is wrong with a request, as one sentence without a period; undefined if it can be used. */
export function triageProblem({ status, note, by }: TriageRequest): string | undefined {
  if (!TRIAGE_STATUSES.includes(status)) return `the status must be one of ${TRIAGE_STATUSES.join(", ")}`;
  if (note !== undefined && !isText(note, MOST_NOTE)) return `the note must have 1 to ${MOST_NOTE} readable characters`;
  if (!isText(by, MOST_AUTHOR)) return `the note's author must have 1 to ${MOST_AUTHOR} readable characters`;
  // The program recognizes its own notes by their author.
  if (by.trim() === NOTE_AUTHOR)
    return `the note's author cannot be ${NOTE_AUTHOR}, which is the author of its own notes`;
  return undefined;
}

function isText(text: string, most: number): boolean {
  return text.length <= most && text.isWellFormed() && text.replace(UNSAFE, " ").trim() !== "";
}

/**
 * Decides what to write for each finding. A note of somebody else stays unless the request replaces notes. Never writes a
 * closed finding or one of another product.
 *
 * @param request without a {@link triageProblem}
 * @example
 * const { updates, skips } = triagePlan(views, { status: "NOTIFIED", by: "ann", replaceNotes: false });
 */
export function triagePlan(
  views: readonly FindingView[],
  request: TriageRequest,
): { updates: TriageUpdate[]; skips: TriageSkip[] } {
  const updates: TriageUpdate[] = [];
  const skips: TriageSkip[] = [];
  for (const view of views) {
    const update = updateOf(view, request);
    const reason = skipReason(view, update);
    if (reason === undefined) updates.push(update);
    else skips.push({ view, reason });
  }
  return { updates, skips };
}

/**
 * Returns the findings that a plan leaves out. Those that need no change are not among them.
 *
 * @param asked the findings that were asked for
 * @param views those of them that exist
 * @example unplanned([{ id: "gone", productArn }], [], []); // [{ id: "gone", code: "FindingNotFound", ... }]
 */
export function unplanned(
  asked: readonly { readonly id: string; readonly productArn: string }[],
  views: readonly FindingView[],
  skips: readonly TriageSkip[],
): TriageFailure[] {
  const keyOf = ({ id, productArn }: { readonly id: string; readonly productArn: string }) =>
    JSON.stringify([id, productArn]);
  const known = new Set(views.map(keyOf));
  const skipped = skips.filter(({ reason }) => reason !== "unchanged");
  return [
    ...asked
      .filter((one) => !known.has(keyOf(one)))
      .map(({ id }) => ({ id, code: "FindingNotFound", message: "there is no such finding" })),
    ...skipped.map(({ view: { id }, reason }) => ({ id, code: "Skipped", message: `it ${SKIP_TEXTS[reason]}` })),
  ];
}

function updateOf(view: FindingView, { status, note, by, replaceNotes }: TriageRequest): TriageUpdate {
  const { id, productArn } = view;
  const base = { view, id, productArn, status };
  if (note === undefined) return base;
  const author = view.note?.by ?? "somebody";
  const isFree = view.note === undefined || author === NOTE_AUTHOR || author === by.trim();
  if (!isFree && !replaceNotes) return { ...base, keptNoteOf: author };
  return { ...base, note: { text: note.trim(), updatedBy: by.trim() } };
}

function skipReason(view: FindingView, { status, note }: TriageUpdate): SkipReason | undefined {
  if (!isOwn(view)) return "foreign";
  if (view.recordState === "ARCHIVED") return "closed";
  // With the program's note, the program would take this suppression for its own and lift it with its exception.
  if (status === "SUPPRESSED" && note === undefined && isMarked(view)) return "needsNote";
  const noteDiffers = note !== undefined && (note.text !== view.note?.text || note.updatedBy !== view.note.by);
  return view.workflowStatus === status && !noteDiffers ? "unchanged" : undefined;
}

function isMarked({ note }: FindingView): boolean {
  return note?.by === NOTE_AUTHOR && note.text.startsWith(SUPPRESSED_BY_PROGRAM);
}
