/** Says what a triage writes, before and after it. */
import { counted, nounFor } from "../../contract/counted.ts";
import { shortened } from "./text.ts";
import { SKIP_TEXTS, type SkipReason, type TriageSkip, type TriageUpdate } from "./triage-plan.ts";

/** Authors that are named before the rest is only counted. */
const MOST_AUTHORS = 5;

/** The same after "6 findings", in the plural. */
const SKIP_PLURALS: Readonly<Record<SkipReason, string>> = {
  foreign: "are not findings of this program",
  closed: "are closed",
  unchanged: "have this status already",
  needsNote: "have a note of this program that says who suppressed them, so give a note to take them over",
};

/** What {@link triagePlan} returns. */
interface Plan {
  readonly updates: readonly TriageUpdate[];
  readonly skips: readonly TriageSkip[];
}

/**
 * Returns a plan as sentences.
 *
 * @param when whether it was written already
 * @example planInWords(triagePlan(views, request), "before"); // ["3 findings will be set to NOTIFIED.", ...]
 */
export function planInWords({ updates, skips }: Plan, when: "before" | "done"): string[] {
  const [first] = updates;
  const verb = when === "done" ? nounFor(updates.length, "was", "were") : "will be";
  const total = counted(updates.length, "finding");
  const changes = first === undefined ? "No finding changes." : `${total} ${verb} set to ${first.status}.`;
  const noted = updates.filter(({ note }) => note !== undefined).length;
  const notes = noted === 0 ? [] : [`${counted(noted, "finding")} ${nounFor(noted, "gets", "get")} the note.`];
  return [changes, ...notes, ...keptNotes(updates), ...skipped(skips)];
}

function keptNotes(updates: readonly TriageUpdate[]): string[] {
  const kept = updates.flatMap(({ keptNoteOf }) => keptNoteOf ?? []);
  if (kept.length === 0) return [];
  const authors = [...new Set(kept)];
  const named = authors.slice(0, MOST_AUTHORS).map((author) => shortened(author, 60));
  const more =
    authors.length > MOST_AUTHORS ? ` and ${counted(authors.length - MOST_AUTHORS, "other person", "others")}` : "";
  return [
    `${counted(kept.length, "finding")} ${nounFor(kept.length, "keeps", "keep")} the note of ${named.join(", ")}${more}.`,
  ];
}

function skipped(skips: readonly TriageSkip[]): string[] {
  return [...Map.groupBy(skips, ({ reason }) => reason)].map(([reason, some]) => {
    const words = some.length === 1 ? SKIP_TEXTS[reason] : SKIP_PLURALS[reason];
    return `${counted(some.length, "finding")} ${nounFor(some.length, "does", "do")} not change: ${nounFor(some.length, "it", "they")} ${words}.`;
  });
}
