/** Writes the workflow statuses that a person chose in the page to Security Hub. */
import { InputError } from "../../command-line/input-error.ts";
import type { TriageAnswer } from "../../console/api.ts";
import type { TriageRequest } from "../../console/source.ts";
import { counted } from "../../contract/counted.ts";
import type { SecurityHub } from "../../functions/security-hub/security-hub.ts";
import { findingView, type FindingView } from "../../presentation/findings/finding-view.ts";
import {
  SKIP_TEXTS,
  triagePlan,
  triageProblem,
  unplanned,
  type TriageFailure,
  type TriageSkip,
  type TriageUpdate,
} from "../../presentation/findings/triage-plan.ts";
import { writeTriage } from "../account/triage.ts";
import { userName } from "../account/user-name.ts";
import { findingKey, keyOf } from "./finding-key.ts";
import { readProblem } from "./read-problem.ts";

/** Findings up to which they are read by Id, 20 a call. For more, a read of all findings is faster. */
const MOST_BY_ID = 200;
/** Findings that the line of a write names. */
const MOST_IDS = 5;
/** Lines about single findings, before the rest is only counted. */
const MOST_LINES = 10;

export interface TriagePorts {
  readonly hub: Pick<SecurityHub, "findings" | "updateWorkflow">;
  /** Returns the findings in memory. */
  readonly known: () => readonly object[];
  /** Takes findings that were read one by one into memory. */
  readonly replace: (findings: readonly object[]) => void;
  readonly readAll: () => Promise<void>;
  /** Prints a line on the terminal. */
  readonly print: (line: string) => void;
}

/**
 * Sets the workflow status of findings, after it read them again: a note that somebody wrote a minute ago stays.
 *
 * @returns what was written and what was not
 * @throws {InputError} if the request cannot be used
 * @throws {Error} if AWS refused a call, with what was written before
 */
export async function triageInAccount(asked: TriageRequest, ports: TriagePorts): Promise<TriageAnswer> {
  const user = userName();
  const { status, note, by = user, replaceNotes = false } = asked;
  const request = { status, by, replaceNotes, ...(note !== undefined && { note }) };
  const problem = triageProblem(request);
  if (problem !== undefined) throw new InputError(problem);
  await readAgain(asked, ports).catch((error: unknown) => {
    throw new Error(`Nothing was written. ${readProblem(error)}`, { cause: error });
  });
  const views = viewsOf(asked, ports);
  const { updates, skips } = triagePlan(views, request);
  const { ids, lines, refused, failure } = await write(updates, ports);
  const written = ids.length;
  const done = `set ${counted(written, "finding")} to ${status}`;
  const rest = updates.length - written === 0 ? "" : `, ${updates.length - written} not written`;
  const who = by === user ? user : `${user}, as ${by},`;
  if (updates.length > 0) ports.print(`${who} ${done}${rest}${namesOf(ids)}`);
  if (written > 0) showWritten(asked, ports);
  if (failure !== undefined) throw new Error(`${readProblem(failure)} Before that: ${done}.`, { cause: failure });
  const said = [
    `${written === 0 ? "Nothing was written" : `${done.replace("set", "Set")}${rest}`}.`,
    ...lines,
    ...skipLines(skips),
  ];
  const message = said.slice(0, 1 + 2 * MOST_LINES).join("\n");
  return { message, written, failures: [...refused, ...unplanned(asked.findings, views, skips)] };
}

function namesOf(ids: readonly string[]): string {
  const more = ids.length > MOST_IDS ? ` and ${ids.length - MOST_IDS} more` : "";
  return ids.length === 0 ? "" : `: ${ids.slice(0, MOST_IDS).join(", ")}${more}`;
}

/** Shows what Security Hub holds now. The page does not wait for it: the write is done. */
function showWritten(asked: TriageRequest, ports: TriagePorts): void {
  void readAgain(asked, ports).catch((error: unknown) => ports.print(readProblem(error)));
}

/** Reads findings again. Those that are not in memory are not this program's, and are left alone. */
async function readAgain({ findings }: TriageRequest, { hub, known, replace, readAll }: TriagePorts): Promise<void> {
  if (findings.length > MOST_BY_ID) return readAll();
  const ours = new Set(known().map(findingKey));
  const wanted = findings.filter(({ productArn, id }) => ours.has(keyOf(productArn, id)));
  for (const [productArn, some] of Map.groupBy(wanted, (one) => one.productArn)) {
    const read = await hub.findings(
      productArn,
      some.map(({ id }) => id),
    );
    replace(read.filter((finding) => ours.has(findingKey(finding))));
  }
}

function viewsOf({ findings }: TriageRequest, { known }: TriagePorts): FindingView[] {
  const asked = new Set(findings.map(({ productArn, id }) => keyOf(productArn, id)));
  return known().flatMap((finding) => (asked.has(findingKey(finding)) ? (findingView(finding) ?? []) : []));
}

async function write(updates: readonly TriageUpdate[], { hub }: TriagePorts) {
  const lines: string[] = [];
  const refused: TriageFailure[] = [];
  const ids: string[] = [];
  try {
    for await (const { update, failure } of writeTriage(hub, updates)) {
      const { nodeId } = update.view;
      if (failure === undefined) ids.push(update.id);
      else {
        refused.push({ id: update.id, ...failure });
        lines.push(`${nodeId} was not written: ${failure.code} ${failure.message}`.trim());
      }
      if (failure === undefined && update.keptNoteOf !== undefined)
        lines.push(`${nodeId} keeps the note of ${update.keptNoteOf}.`);
    }
    return { ids, lines: atMost(lines), refused };
  } catch (failure) {
    return { ids, lines: atMost(lines), refused, failure };
  }
}

function skipLines(skips: readonly TriageSkip[]): string[] {
  return atMost(skips.map(({ view, reason }) => `${view.nodeId} ${SKIP_TEXTS[reason]}.`));
}

function atMost(lines: readonly string[]): string[] {
  const more = lines.length - MOST_LINES;
  return more <= 0 ? [...lines] : [...lines.slice(0, MOST_LINES - 1), `${more + 1} more like this.`];
}
