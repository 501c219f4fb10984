import { InputError } from "../../command-line/input-error.ts";
import { isYes } from "../../command-line/question.ts";
import { printable } from "../../command-line/terminal.ts";
import { counted } from "../../contract/counted.ts";
import type { FindingView } from "../../presentation/findings/finding-view.ts";
import { shortened } from "../../presentation/findings/text.ts";
import {
  SKIP_TEXTS,
  triagePlan,
  triageProblem,
  type SkipReason,
  type TriageRequest,
  type TriageSkip,
  type TriageUpdate,
} from "../../presentation/findings/triage-plan.ts";
import { suppressionWords } from "../../presentation/findings/triage-words.ts";
import type { FindingFilter } from "./filter.ts";
import { placeOf, type FindingSource, type Found } from "./finding-sources.ts";
import { warnOfProblem } from "./problem-warning.ts";
import { warnOfUnsure } from "./unsure.ts";
import type { TriageResult } from "../account/triage.ts";

/** The lines that a person sees, and how to ask. */
export interface Dialog {
  readonly print: (text: string) => void;
  readonly warn: (text: string) => void;
  /** Asks a question that is answered with yes or no. */
  readonly ask: (question: string) => Promise<boolean>;
}

/** What to write, and to which findings. */
export interface TriageOrder {
  readonly filter: FindingFilter;
  readonly request: TriageRequest;
}

/** Lines for each kind of line, before the rest is only counted. */
const MOST_LINES = 20;

/**
 * Sets the workflow status of the findings that match, after a question. Prints one line per finding that was written or
 * refused, or that somebody changed since it was read.
 *
 * @returns the exit code: 1 if no finding matches, if a person says no, or if any finding was not written
 * @throws {InputError} if the request cannot be used
 * @example await triage(securityHubSource("eu-west-1"), { filter, request }, dialog);
 */
export async function triage(source: FindingSource, order: TriageOrder, dialog: Dialog): Promise<number> {
  const { filter, request } = order;
  const problem = triageProblem(request);
  if (problem !== undefined) throw new InputError(problem);
  if (source.triage === undefined) throw new InputError(`${source.name} cannot be written`);
  const found = await source.read(filter);
  warnOfProblem(found, dialog.warn);
  const views = found.entries.map(({ view }) => view);
  warnOfUnsure(found, filter, dialog.warn);
  const { updates, skips } = triagePlan(views, request);
  const name = (view: FindingView) => nameOf(view, found);
  for (const line of skipLines(skips, name)) dialog.warn(line);
  if (updates.length === 0) {
    dialog.warn(`no finding to write in ${placeOf(found)}: ${counted(views.length, "finding")} selected`);
    return skips.some(({ reason }) => reason === "unchanged") ? 0 : 1;
  }
  for (const line of [...planLines(updates, name), ...suppressionWords(updates, "before")]) dialog.warn(line);
  if (!(await dialog.ask(question(updates, request, found)))) {
    dialog.warn("nothing was written");
    return 1;
  }
  const seen = updates.map(({ view }) => view);
  return write(source.triage(seen, request), updates.length, name, dialog);
}

/**
 * Returns how to ask before writing.
 *
 * @param yes whether the person has said yes on the command line
 * @throws {InputError} if nobody can answer
 */
export function confirmation(yes: boolean): Dialog["ask"] {
  if (yes) return () => Promise.resolve(true);
  if (!process.stdin.isTTY) throw new InputError("triage asks before it writes; give --yes if no person can answer");
  return (text) => isYes(text);
}

async function write(
  results: AsyncIterable<TriageResult>,
  total: number,
  name: (view: FindingView) => string,
  { print }: Dialog,
): Promise<number> {
  let [written, refused, skipped] = [0, 0, 0];
  try {
    for await (const result of results) {
      print(printable(resultLine(result, name(result.view))));
      if (result.failure !== undefined) refused += 1;
      else if (result.skip !== undefined) skipped += 1;
      else written += 1;
    }
  } catch (error) {
    print(`wrote ${written} of ${counted(total, "finding")}; run the same command again to write the rest`);
    throw error;
  }
  const left = skipped === 0 ? "" : `, ${skipped} skipped`;
  print(`${counted(written, "finding")} written, ${refused} refused${left}`);
  return refused + skipped === 0 ? 0 : 1;
}

function resultLine(result: TriageResult, name: string): string {
  if (result.failure !== undefined) return `refused: ${name}: ${result.failure.code} ${result.failure.message}`.trim();
  if (result.skip !== undefined) return `skipped: ${name} ${SKIP_TEXTS[result.skip]}`;
  const { status, note, keptNoteOf } = result.update;
  const about = note === undefined ? "" : ", with the note";
  const kept = keptNoteOf === undefined ? "" : `; keeps the note of ${keptNoteOf} (--replace-notes replaces it)`;
  return `${status}: ${name}${about}${kept}`;
}

function question(updates: readonly TriageUpdate[], { status, note, by }: TriageRequest, found: Found): string {
  const about = note === undefined ? "" : ` with the note "${shortened(note, 60)}" by ${shortened(by, 60)}`;
  return `${printable(`Set ${counted(updates.length, "finding")} in ${placeOf(found)} to ${status}${about}?`)} [y/N] `;
}

function planLines(updates: readonly TriageUpdate[], name: (view: FindingView) => string): string[] {
  return atMost(
    updates.map(({ view, status }) => `  ${view.severity} ${name(view)}: ${view.workflowStatus} to ${status}`),
    "more to write",
  );
}

function skipLines(skips: readonly TriageSkip[], name: (view: FindingView) => string): string[] {
  const byReason = Map.groupBy(skips, ({ reason }) => reason);
  return [...byReason].flatMap(([reason, some]: [SkipReason, readonly TriageSkip[]]) =>
    atMost(
      some.map(({ view }) => `skipped: ${name(view)} ${SKIP_TEXTS[reason]}`),
      `more skipped, each ${SKIP_TEXTS[reason]}`,
    ),
  );
}

function atMost(lines: readonly string[], rest: string): string[] {
  const more = lines.length - MOST_LINES;
  return [...lines.slice(0, MOST_LINES), ...(more > 0 ? [`${more} ${rest}`] : [])].map(printableLine);
}

const printableLine = (line: string): string => printable(line);

function nameOf({ computerName, nodeId, kind, account, region }: FindingView, { organization }: Found): string {
  const node = computerName === undefined ? nodeId : `${shortened(computerName, 100)} (${nodeId})`;
  const place = organization === undefined ? "" : `, account ${account}, ${region}`;
  return `${node}${kind === "blindSpot" ? ", blind spot" : ""}${place}`;
}
