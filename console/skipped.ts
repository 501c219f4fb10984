import type { TriageSkip, TriageUpdate } from "../presentation/findings/triage-plan.ts";
import type { TriageSkipped } from "./api.ts";

/**
 * Returns what a triage left alone, for its answer.
 *
 * @param written the updates that were written; some of them kept the note of somebody else
 * @example skippedOf(skips, updates); // [{ id, reason: "changed" }, { id, reason: "keptNote", noteOf: "bob" }]
 */
export function skippedOf(skips: readonly TriageSkip[], written: readonly TriageUpdate[]): TriageSkipped[] {
  return [
    ...skips.map(({ view: { id }, reason }) => ({ id, reason })),
    ...written.flatMap(({ id, keptNoteOf }) =>
      keptNoteOf === undefined ? [] : [{ id, reason: "keptNote" as const, noteOf: keptNoteOf }],
    ),
  ];
}
