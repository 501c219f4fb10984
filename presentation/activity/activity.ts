/** Says in plain words what happened, newest first. */
import { CHANGES, type Change } from "../../contract/changes.ts";
import { nounFor } from "../../contract/counted.ts";
import { clockTime } from "../times/times.ts";

/** A change of one finding. */
export interface FindingChange {
  /** ISO 8601. */
  readonly time: string;
  /** A word of `contract/changes.ts`. Others are shown as an update. */
  readonly action: string;
  /** `blindSpot`: the finding is about a node whose patch status is unknown. */
  readonly kind: string;
  readonly nodeId: string;
  readonly name?: string;
  /** Why, in words. Only live lines show it. */
  readonly reason?: string;
}

export const OPERATIONS = [
  "patched",
  "scanned",
  "outage began",
  "outage ended",
  "redrive",
  "sweep",
  "parked",
  "quarantined",
  "triage",
] as const;

/** Something that happened to nodes, or to the program. */
export interface Operation {
  /** ISO 8601. */
  readonly time: string;
  readonly what: (typeof OPERATIONS)[number];
  /** Number of nodes, or of findings for `triage`. */
  readonly nodes: number;
  /** The workflow status that a triage set. */
  readonly status?: string;
  /** The node, if a triage changed one finding. */
  readonly node?: { readonly nodeId: string; readonly name?: string };
}

/** All of one kind that happened within a minute. */
export interface ActivityLine {
  /** ISO 8601: the beginning of the minute. */
  readonly minute: string;
  /** Such as "closed 5 findings". */
  readonly text: string;
  /** Findings or nodes. */
  readonly count: number;
  /** At most 10 nodes of changed findings. */
  readonly nodes: readonly { readonly nodeId: string; readonly name?: string }[];
}

/** A bounded list of lines. */
export interface Activity {
  readonly lines: readonly ActivityLine[];
  /** Older lines that are left out. */
  readonly older: number;
}

const MAX_LINES = 50;
const MAX_NODES = 10;
const MINUTE_MS = 60_000;

/**
 * Returns what happened, newest first, one line for each minute and kind. Leaves out entries without a readable time.
 *
 * @example activityOf(changes, operations).lines[0]?.text; // "closed 5 findings"
 */
export function activityOf(
  changes: readonly FindingChange[],
  operations: readonly Operation[],
  limit = MAX_LINES,
): Activity {
  const all = [...changeLines(changes), ...operationLines(operations)].sort(
    (a, b) => Date.parse(b.minute) - Date.parse(a.minute) || b.last - a.last || a.order - b.order,
  );
  const lines = all.slice(0, limit).map(({ minute, text, count, nodes }) => ({ minute, text, count, nodes }));
  return { lines, older: all.length - lines.length };
}

/**
 * Returns a line with its time of day.
 *
 * @param timeZone an IANA name; default: the reader's own
 * @example activityText(line, "UTC"); // "17:31 closed 5 findings"
 */
export function activityText({ minute, text }: ActivityLine, timeZone?: string): string {
  return `${clockTime(minute, timeZone)} ${text}`;
}

/** A line with what sorts it within its minute: the newest moment, then the order of kinds. */
interface SortedLine extends ActivityLine {
  readonly last: number;
  readonly order: number;
}

function changeLines(changes: readonly FindingChange[]): SortedLine[] {
  const known = changes.map((change) => ({
    ...change,
    word: wordOf(change.action),
    isBlind: change.kind === "blindSpot",
  }));
  const groups = grouped(known, ({ word, isBlind }) => `${word} ${isBlind}`);
  return groups.map(({ minute, last, some, first: { word, isBlind } }) => {
    const nodes = [...new Map(some.map((one) => [one.nodeId, one])).values()];
    const findings = (count: number) => counted(count, isBlind ? "blind spot" : "finding");
    return {
      minute,
      last,
      order: CHANGES.indexOf(word),
      text: changeText(word, findings(some.length), some.length),
      count: some.length,
      nodes: nodes.slice(0, MAX_NODES).map(({ nodeId, name }) => ({ nodeId, ...(name !== undefined && { name }) })),
    };
  });
}

function operationLines(operations: readonly Operation[]): SortedLine[] {
  const groups = grouped(operations, ({ what, status = "" }) => `${what} ${status}`);
  return groups.map(({ minute, last, some, first: { what, status, node: changed } }) => {
    const count = some.reduce((sum, { nodes }) => sum + nodes, 0);
    const order = CHANGES.length + OPERATIONS.indexOf(what);
    const nodes = changed !== undefined && count === 1 ? [changed] : [];
    return { minute, last, order, text: operationText(what, count, status), count, nodes };
  });
}

interface Group<Entry> {
  readonly minute: string;
  /** Epoch milliseconds of the newest entry. */
  readonly last: number;
  readonly first: Entry;
  readonly some: readonly Entry[];
}

function grouped<Entry extends { readonly time: string }>(
  entries: readonly Entry[],
  kindOf: (entry: Entry) => string,
): Group<Entry>[] {
  const groups = new Map<string, { minute: string; last: number; first: Entry; some: Entry[] }>();
  for (const entry of entries) {
    const time = Date.parse(entry.time);
    if (Number.isNaN(time)) continue;
    const minute = new Date(Math.floor(time / MINUTE_MS) * MINUTE_MS).toISOString();
    const key = `${minute} ${kindOf(entry)}`;
    const group = groups.get(key) ?? { minute, last: time, first: entry, some: [] };
    group.some.push(entry);
    group.last = Math.max(group.last, time);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Groups thousands, as the other numbers of the console do. */
function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${nounFor(count, noun)}`;
}

/** Returns the word for a change. An unknown action is an update. */
export function wordOf(action: string): Change {
  return CHANGES.find((word) => word === action) ?? "refreshed";
}

/**
 * Returns what became of findings.
 *
 * @param findings in words, such as "5 findings" or "the finding of web-1"
 * @param count their number
 * @example changeText("closed", "the finding of web-1", 1); // "closed the finding of web-1"
 */
export function changeText(word: Change, findings: string, count: number): string {
  return CHANGE_WORDS[word](findings, count);
}

/**
 * Returns what an operation did.
 *
 * @param count of nodes, or of findings for `triage`
 * @param status the workflow status that a triage set
 * @example operationText("patched", 5); // "patched 5 nodes"
 */
export function operationText(what: Operation["what"], count: number, status?: string): string {
  const text = OPERATION_WORDS[what](count);
  return what === "triage" && status !== undefined ? `${text} to ${status}` : text;
}

const CHANGE_WORDS: Readonly<Record<Change, (findings: string, count: number) => string>> = {
  opened: (findings) => `opened ${findings}`,
  reopened: (findings) => `reopened ${findings}`,
  closed: (findings) => `closed ${findings}`,
  expired: (findings, count) => `${findings} ${nounFor(count, "has", "have")} patches that are not accepted any more`,
  accepted: (findings) => `exceptions accepted all patches of ${findings}`,
  overdue: (findings) => `${findings} became overdue`,
  "severity raised": (findings) => `raised the severity of ${findings}`,
  "severity lowered": (findings) => `lowered the severity of ${findings}`,
  refreshed: (findings) => `updated ${findings}`,
};

const node = (count: number): string => counted(count, "node");

const OPERATION_WORDS: Readonly<Record<Operation["what"], (count: number) => string>> = {
  patched: (count) => `patched ${node(count)}`,
  scanned: (count) => `scanned ${node(count)}`,
  "outage began": () => "Security Hub became unavailable",
  "outage ended": () => "Security Hub is available again",
  redrive: (count) => `redrive retried ${node(count)}`,
  sweep: (count) => (count === 0 ? "a sweep ran" : `a sweep checked ${node(count)}`),
  parked: (count) => `parked ${node(count)} in the outage queue`,
  quarantined: (count) => `quarantined ${node(count)}`,
  triage: (count) => `changed the workflow status of ${counted(count, "finding")}`,
};
