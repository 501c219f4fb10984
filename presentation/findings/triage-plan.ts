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
export const SKIP_REASONS = ["foreign", "closed", "changed", "unchanged", "exception", "needsNote"] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** One finding that is not written. */
export interface TriageSkip {
  readonly view: FindingView;
  readonly reason: SkipReason;
}

/** A finding that Security Hub did not write. */
export interface TriageFailure {
  readonly id: string;
  /** Security Hub's ErrorCode. */
  readonly code: string;
  readonly message: string;
}

/** The same in words, after the finding's name. */
export const SKIP_TEXTS: Readonly<Record<SkipReason, string>> = {
  foreign: "is not a finding of this program",
  closed: "is closed",
  changed: "changed meanwhile",
  exception: "is suppressed by an exception, until the exception ends; a note that replaces notes takes it over",
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
    const reason = skipReason(view, update, request.replaceNotes);
    if (reason === undefined) updates.push(update);
    else skips.push({ view, reason });
  }
  return { updates, skips };
}

/** What to do with findings that a person chose, now that they were read again. */
export interface NewPlan {
  readonly updates: readonly TriageUpdate[];
  readonly skips: readonly TriageSkip[];
  /** Those that do not exist any more. */
  readonly gone: readonly FindingView[];
}

/**
 * Decides again just before a write. A finding is left alone if somebody changed its status or note since the person saw
 * it, because the person decided about something else.
 *
 * @param seen the findings as the person saw them
 * @param current the findings as they are now, in any order
 * @example const { updates, skips, gone } = planAgain(seen, current, request);
 */
export function planAgain(
  seen: readonly FindingView[],
  current: readonly FindingView[],
  request: TriageRequest,
): NewPlan {
  const now = new Map(current.map((view) => [keyOf(view), view]));
  const gone = seen.filter((view) => !now.has(keyOf(view)));
  const before = new Map(seen.map((view) => [keyOf(view), view]));
  const plan = triagePlan(
    seen.flatMap((view) => now.get(keyOf(view)) ?? []),
    request,
  );
  const changed = ({ view }: { readonly view: FindingView }) => differs(before.get(keyOf(view)) ?? view, view);
  const isFixed = ({ reason }: TriageSkip) => reason === "closed" || reason === "foreign";
  const updates = plan.updates.filter((update) => !changed(update));
  const skips = plan.skips.map((skip) =>
    !isFixed(skip) && changed(skip) ? { ...skip, reason: "changed" as const } : skip,
  );
  const late = plan.updates.filter(changed).map(({ view }) => ({ view, reason: "changed" as const }));
  return { updates, skips: [...skips, ...late], gone };
}

/** Tells whether a finding has what an update writes. */
export function hasUpdate(view: FindingView, { status, note }: TriageUpdate): boolean {
  return view.workflowStatus === status && (note === undefined || isNote(view, note));
}

/** Returns the findings that were asked for and do not exist. */
export function notFound(asked: readonly FindingName[], existing: readonly FindingName[]): TriageFailure[] {
  const known = new Set(existing.map(keyOf));
  return asked.filter((one) => !known.has(keyOf(one))).map(({ id }) => ({ id, ...NOT_FOUND }));
}

/** As Security Hub says it (API reference, "BatchUpdateFindingsUnprocessedFinding"). */
export const NOT_FOUND = { code: "FindingNotFound", message: "there is no such finding" } as const;

/** What identifies a finding. */
export interface FindingName {
  readonly id: string;
  readonly productArn: string;
}

const keyOf = ({ id, productArn }: FindingName): string => JSON.stringify([id, productArn]);

function differs(before: FindingView, now: FindingView): boolean {
  return (
    before.workflowStatus !== now.workflowStatus ||
    before.note?.text !== now.note?.text ||
    before.note?.by !== now.note?.by
  );
}

function isNote({ note }: FindingView, { text, updatedBy }: NonNullable<TriageUpdate["note"]>): boolean {
  return note?.text === text && note.by === updatedBy;
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

function skipReason(view: FindingView, update: TriageUpdate, replaces: boolean): SkipReason | undefined {
  const { status, note } = update;
  if (!isOwn(view)) return "foreign";
  if (view.recordState === "ARCHIVED") return "closed";
  // A person's note has no end, so the suppression would outlast its exception.
  if (status === "SUPPRESSED" && isOfException(view) && !(replaces && note !== undefined)) return "exception";
  // With the program's note, the program would take this suppression for its own and lift it with its exception.
  if (status === "SUPPRESSED" && note === undefined && isMarked(view)) return "needsNote";
  return hasUpdate(view, update) ? "unchanged" : undefined;
}

/** Tells whether the program suppresses a finding because of an exception in its settings. */
export function isOfException(view: FindingView): boolean {
  return view.workflowStatus === "SUPPRESSED" && isMarked(view);
}

function isMarked({ note }: FindingView): boolean {
  return note?.by === NOTE_AUTHOR && note.text.startsWith(SUPPRESSED_BY_PROGRAM);
}
