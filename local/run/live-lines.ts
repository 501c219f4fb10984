/** What happens in a run, as lines of a terminal. */
import { colored, wrapped, type Screen } from "../../command-line/screen.ts";
import { counted } from "../../contract/counted.ts";
import {
  changeText,
  operationText,
  wordOf,
  type FindingChange,
  type Operation,
} from "../../presentation/activity/activity.ts";
import { SEVERITIES } from "../../presentation/findings/finding-view.ts";
import { shortened } from "../../presentation/findings/text.ts";
import { dayIn, timesInUtc } from "../../presentation/times/times.ts";

/** More changes at once are counted instead of named. */
const MOST_NAMED = 5;
const MOST_NAME = 64;
const MOST_REASON = 300;
/** "17:31:05 ", under which the further lines of an event begin. */
const TIME_WIDTH = 9;

/** One event: when, and what. */
interface Event {
  readonly time: string;
  readonly text: string;
}

/**
 * Collects what happens, and returns it in plain words: one event per line, or one line per kind of change if there are
 * more than 5 changes at once.
 *
 * @example
 * const live = new LiveLines();
 * live.add({ changes, operations: [] });
 * live.take({ color: false }); // ["17:31:05 closed 500 findings"]
 */
export class LiveLines {
  #changes: FindingChange[] = [];
  #operations: Operation[] = [];
  /** The day of the newest line, which needs no date. */
  #day: string | undefined;

  add({ changes, operations }: { changes: readonly FindingChange[]; operations: readonly Operation[] }): void {
    this.#changes = this.#changes.concat(changes);
    this.#operations = this.#operations.concat(operations);
  }

  /** Returns what was added since the last call, oldest first, with times in UTC. */
  take(screen: Screen): string[] {
    const changes = this.#changes.length > MOST_NAMED ? countedChanges(this.#changes) : this.#changes.map(named);
    const events = [...changes, ...countedOperations(this.#operations)];
    this.#changes = [];
    this.#operations = [];
    return events
      .toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time))
      .flatMap((event) => [...this.#dateOf(event), ...linesOf(event, screen)]);
  }

  /** Returns a line with the date if the event is of another day than the line before it. */
  #dateOf({ time }: Event): string[] {
    const day = new Date(time).toISOString().slice(0, 10);
    const isOther = this.#day !== undefined && this.#day !== day;
    this.#day = day;
    return isOther ? [`${dayIn(time, "UTC")}:`] : [];
  }
}

function named({ time, action, kind, nodeId, name, reason }: FindingChange): Event {
  const what = changeText(wordOf(action), `the ${nounOf(kind)} of ${nodeText({ nodeId, ...(name && { name }) })}`, 1);
  return { time, text: reason === undefined ? what : `${what}: ${timesInUtc(shortened(reason, MOST_REASON))}` };
}

function nodeText({ nodeId, name }: NonNullable<Operation["node"]>): string {
  return name === undefined ? nodeId : `${shortened(name, MOST_NAME)} (${nodeId})`;
}

function countedChanges(changes: readonly FindingChange[]): Event[] {
  const alike = Map.groupBy(changes, ({ action, kind }) => JSON.stringify([wordOf(action), nounOf(kind)]));
  return [...alike.values()].flatMap((some) => {
    const last = some.at(-1);
    if (last === undefined) return [];
    const findings = counted(some.length, nounOf(last.kind));
    return [{ time: last.time, text: changeText(wordOf(last.action), findings, some.length) }];
  });
}

function countedOperations(operations: readonly Operation[]): Event[] {
  const alike = Map.groupBy(operations, ({ what, status = "" }) => `${what} ${status}`);
  return [...alike.values()].flatMap((some) => {
    const last = some.at(-1);
    if (last === undefined) return [];
    const { time, what, status, node } = last;
    const count = some.reduce((sum, { nodes }) => sum + nodes, 0);
    const named = node !== undefined && count === 1 ? `: ${nodeText(node)}` : "";
    return [{ time, text: operationText(what, count, status) + named }];
  });
}

const nounOf = (kind: string): string => (kind === "blindSpot" ? "blind spot" : "finding");

function linesOf({ time, text }: Event, screen: Screen): string[] {
  const [first = "", ...rest] = wrapped(text, screen, TIME_WIDTH).map((line) => withColor(line, screen));
  const clock = new Date(time).toISOString().slice(11, 19);
  return [`${clock} ${first}`, ...rest.map((line) => " ".repeat(TIME_WIDTH) + line)];
}

/** Colors the severity with which a reason begins. */
function withColor(line: string, screen: Screen): string {
  const severity = SEVERITIES.find((label) => new RegExp(`(^|: )${label}:`).test(line));
  return severity === undefined ? line : line.replace(`${severity}:`, `${colored(severity, screen)}:`);
}
