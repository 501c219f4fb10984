/** What happened to the findings: what they say about themselves, and what changed between two reads. */
import type { FindingChange, Operation } from "../../console/api.ts";
import type { Change } from "../../contract/changes.ts";
import { counted } from "../../contract/counted.ts";
import { causesInWords, compareTexts } from "../../presentation/findings/summary.ts";
import { findingView, type FindingView } from "../../presentation/findings/finding-view.ts";

/** Changes that are kept of each finding. */
const MOST_PER_FINDING = 50;
/** Entries of the activity feed. */
const MOST_OPERATIONS = 200;

/** One change of one finding. */
interface Entry extends FindingChange {
  readonly nodeId: string;
}

/** The sentence of the activity feed for so many findings. A change without one is left out there. */
const SENTENCES: Readonly<Partial<Record<Change, (findings: string) => string>>> = {
  opened: (findings) => `opened ${findings}`,
  reopened: (findings) => `reopened ${findings}`,
  closed: (findings) => `closed ${findings}`,
  expired: (findings) => `an exception ended for ${findings}`,
  accepted: (findings) => `exceptions accept all patches of ${findings}`,
  overdue: (findings) => `${findings} became overdue`,
  "severity raised": (findings) => `raised the severity of ${findings}`,
  "severity lowered": (findings) => `lowered the severity of ${findings}`,
};
const sentenceOf = (action: string) => SENTENCES[action as Change];

/** Records changes of findings, by the finding's Id and product. */
export class ChangeLog {
  readonly #entries = new Map<string, readonly Entry[]>();

  /** Adds the changes of a finding. @param before absent if it was not known @param readAt when it was read */
  add(key: string, after: object, before: object | undefined, readAt: string): void {
    const view = findingView(after);
    if (view === undefined) return;
    const known = this.#entries.get(key) ?? [];
    const earlier = before === undefined ? undefined : findingView(before);
    const found = [...toldChanges(view), ...(earlier === undefined ? [] : seenChanges(view, earlier, readAt))];
    const added = found.filter(({ time, action }) => !known.some((one) => one.time === time && one.action === action));
    const all = [...known, ...added].toSorted((a, b) => compareTexts(b.time, a.time));
    this.#entries.set(key, all.slice(0, MOST_PER_FINDING));
  }

  /** Forgets a finding that Security Hub does not hold any more. */
  remove(key: string): void {
    this.#entries.delete(key);
  }

  /** Returns the known changes of a finding, newest first. */
  of(key: string): readonly FindingChange[] {
    return (this.#entries.get(key) ?? []).map(({ time, action, reason }) => ({ time, action, reason }));
  }

  /** Returns the newest changes of all findings. The same change of several findings within a minute is one entry. */
  activity(): Operation[] {
    const groups = Map.groupBy([...this.#entries.values()].flat().filter(isNews), ({ time, action }) =>
      JSON.stringify([time.slice(0, "2026-11-25T17:30".length), action]),
    );
    return [...groups.values()]
      .map(operationOf)
      .toSorted((a, b) => compareTexts(b.time, a.time))
      .slice(0, MOST_OPERATIONS);
  }
}

const isNews = ({ action }: Entry): boolean => sentenceOf(action) !== undefined || action.startsWith(WORKFLOW);
const WORKFLOW = "workflow ";

function operationOf(entries: readonly Entry[]): Operation {
  const action = entries[0]?.action ?? "";
  const findings = counted(entries.length, "finding");
  const what = sentenceOf(action)?.(findings) ?? `set ${findings} to ${action.slice(WORKFLOW.length)}`;
  const times = entries.map((entry) => entry.time).toSorted(compareTexts);
  return { time: times.at(-1) ?? "", what, nodes: new Set(entries.map(({ nodeId }) => nodeId)).size };
}

/** Returns what a finding says about itself: since when it is open, and what its last import changed. */
function toldChanges(view: FindingView): Entry[] {
  const { openSince, updatedAt, change, nodeId } = view;
  const last = change === undefined ? [] : [{ time: updatedAt, action: change, reason: reasonOf(view), nodeId }];
  const isOpening = change === "opened" || change === "reopened";
  if (openSince === undefined || isOpening || view.recordState === "ARCHIVED") return last;
  return [...last, { time: openSince, action: "opened", reason: view.title, nodeId }];
}

/** Returns what people and Security Hub changed, which leaves UpdatedAt as it was. */
function seenChanges(view: FindingView, before: FindingView, readAt: string): Entry[] {
  const { note, nodeId } = view;
  const noteDiffers = note !== undefined && (note.text !== before.note?.text || note.by !== before.note.by);
  const time = (noteDiffers ? note.at : undefined) ?? readAt;
  const reason = noteDiffers ? noteText(note) : "changed in Security Hub";
  const sameImport = view.updatedAt === before.updatedAt;
  return [
    ...(view.workflowStatus === before.workflowStatus
      ? []
      : [{ time, action: `${WORKFLOW}${view.workflowStatus}`, reason, nodeId }]),
    ...(noteDiffers && view.workflowStatus === before.workflowStatus
      ? [{ time, action: "note changed", reason, nodeId }]
      : []),
    ...(sameImport && view.severity !== before.severity
      ? [{ time: readAt, action: `severity ${view.severity}`, reason: `was ${before.severity}`, nodeId }]
      : []),
  ];
}

const noteText = ({ text, by }: NonNullable<FindingView["note"]>): string =>
  by === undefined ? text : `${text} - ${by}`;

function reasonOf({ change, proof, severityReason, causes, title }: FindingView): string {
  if (change === "closed") return proof ?? title;
  if (change === "severity raised" || change === "severity lowered") return severityReason ?? title;
  return causes.length === 0 ? title : causesInWords(causes);
}
