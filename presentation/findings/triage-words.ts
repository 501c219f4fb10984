/** Says what a triage writes, before and after it. */
import { counted, nounFor } from "../../contract/counted.ts";
import { shortened } from "./text.ts";
import { isOfException, SKIP_TEXTS, type SkipReason, type TriageSkip, type TriageUpdate } from "./triage-plan.ts";

/** Authors that are named before the rest is only counted. */
const MOST_AUTHORS = 5;

/** The same after "6 findings", in the plural. */
const SKIP_PLURALS: Readonly<Record<SkipReason, string>> = {
  foreign: "are not findings of this program",
  closed: "are closed",
  changed: "changed meanwhile",
  exception: "are suppressed by an exception, until the exception ends; a note that replaces notes takes them over",
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
  return [changes, ...notes, ...suppressionWords(updates, when), ...keptNotes(updates), ...skipped(skips)];
}

/**
 * Says which suppressions the updates end or take over. A person who sets many findings does not see each of them.
 *
 * @example suppressionWords(updates, "before"); // ["2 of them are suppressed now, 1 by an exception: that ends."]
 */
export function suppressionWords(updates: readonly TriageUpdate[], when: "before" | "done"): string[] {
  const suppressed = updates.filter(({ view }) => view.workflowStatus === "SUPPRESSED");
  const ofExceptions = suppressed.filter(({ view }) => isOfException(view)).length;
  const ended = suppressed.filter(({ status }) => status !== "SUPPRESSED").length;
  if (ended === 0) {
    if (ofExceptions === 0) return [];
    const noun = counted(ofExceptions, "suppression of an exception", "suppressions of exceptions");
    const become = when === "done" ? "became" : nounFor(ofExceptions, "becomes", "become");
    return [`${noun} ${become} yours and ${nounFor(ofExceptions, "has", "have")} no end.`];
  }
  const by = ofExceptions === 0 ? "" : `, ${ofExceptions} by ${nounFor(ofExceptions, "an exception", "exceptions")}`;
  const [are, ends] =
    when === "done"
      ? [`${nounFor(ended, "was", "were")} suppressed before`, "ended"]
      : [`${nounFor(ended, "is", "are")} suppressed now`, "ends"];
  return [`${ended} of them ${are}${by}: that ${ends}.`];
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
