/** The rows of the list of findings. Each has only what the list shows, because a page of whole findings is large. */
import { counted } from "../contract/counted.ts";
import { ageInDays } from "../presentation/findings/due.ts";
import { present } from "../presentation/findings/finding-fields.ts";
import type { FindingView } from "../presentation/findings/finding-view.ts";
import { causesInWords } from "../presentation/findings/summary.ts";
import { shortened } from "../presentation/findings/text.ts";
import type { Deadline, FindingRow, ListedFinding } from "./api.ts";

/** Characters of a text in a row. Names and titles of findings can be long. */
const MAX_TEXT = 300;
const DAY_MS = 24 * 60 * 60_000;

/** Returns a finding as lists show it, with its age at `now`. */
export function listedFinding({ key, view }: FindingRow, now: Date): ListedFinding {
  const short = (text: string | undefined) => (text === undefined ? undefined : shortened(text, MAX_TEXT));
  const isClosed = view.recordState === "ARCHIVED";
  return present({
    key,
    nodeId: view.nodeId,
    name: short(view.computerName),
    account: view.account,
    region: view.region,
    severity: view.severity,
    what: shortened(whatOf(view), MAX_TEXT),
    owner: short(view.owner),
    ageDays: ageInDays(view, now),
    deadline: deadlineOf(view, now),
    workflow: view.workflowStatus,
    product: shortened(view.productName, MAX_TEXT),
    updatedAt: view.updatedAt,
    closed: isClosed ? present({ at: view.updatedAt, proof: short(view.proof) }) : undefined,
  });
}

function whatOf({ causes, kind, title }: FindingView): string {
  if (kind === "blindSpot") return "patch status unknown";
  return causes.length === 0 ? title : causesInWords(causes);
}

/**
 * Returns the due date of a finding in words, or undefined if it has none.
 *
 * @example deadlineOf(view, new Date())?.words; // "due in 3 days"
 */
export function deadlineOf({ due, dueDate }: Pick<FindingView, "due" | "dueDate">, now: Date): Deadline | undefined {
  const words = wordsOf((Date.parse(dueDate ?? "") - now.getTime()) / DAY_MS, due);
  return words === undefined ? undefined : present({ state: due, words, date: dueDate });
}

/** The finding says whether it is overdue: it may be older than the due date. */
function wordsOf(days: number, state: FindingView["due"]): string | undefined {
  if (Number.isNaN(days)) return state === undefined ? undefined : state === "overdue" ? "overdue" : `due ${state}`;
  const whole = Math.floor(Math.abs(days));
  if (days >= 0) return whole === 0 ? "due within a day" : `due in ${counted(whole, "day")}`;
  return `overdue by ${whole === 0 ? "less than a day" : counted(whole, "day")}`;
}
