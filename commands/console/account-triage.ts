/** Writes the workflow statuses that a person chose in the page to Security Hub. */
import { InputError } from "../../command-line/input-error.ts";
import type { TriageAnswer } from "../../console/api.ts";
import { skippedOf } from "../../console/skipped.ts";
import type { TriageRequest } from "../../console/source.ts";
import { counted, nounFor } from "../../contract/counted.ts";
import type { SecurityHub } from "../../functions/security-hub/security-hub.ts";
import { findingView, type FindingView } from "../../presentation/findings/finding-view.ts";
import {
  notFound,
  SKIP_TEXTS,
  triageProblem,
  type TriageFailure,
  type TriageRequest as Request,
  type TriageSkip,
  type TriageUpdate,
} from "../../presentation/findings/triage-plan.ts";
import { writeTriage } from "../account/triage.ts";
import { userName } from "../../command-line/user-name.ts";
import { findingKey, keyOf } from "./finding-key.ts";
import { readProblem, writeProblem } from "./read-problem.ts";

/** Findings up to which they are read by Id after a write, 20 a call. For more, a read of all findings is faster. */
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
  /** Reads all findings, in a read that begins after the call. */
  readonly readAll: () => Promise<void>;
  /** Prints a line on the terminal. */
  readonly print: (line: string) => void;
}

/**
 * Sets the workflow status of findings. Reads each again before it is written, by its Id: a read of all findings that is in
 * progress may have passed it before somebody wrote a note. Leaves alone those that differ from what the page showed.
 *
 * @returns what was written and what was not
 * @throws {InputError} if the request cannot be used
 * @throws {Error} if AWS refused a call, with what was written before
 */
export async function triageInAccount(asked: TriageRequest, ports: TriagePorts): Promise<TriageAnswer> {
  const user = userName();
  const { status, note, by, replaceNotes = false } = asked;
  const request = { status, by, replaceNotes, ...(note !== undefined && { note }) };
  const problem = triageProblem(request);
  if (problem !== undefined) throw new InputError(problem);
  const seen = viewsOf(asked, ports);
  const done = await write(seen, request, ports);
  const { written, refused, skips, failure } = done;
  const rest = seen.length - written.length - skips.length;
  const who = by === user ? user : `${user}, as ${by},`;
  if (written.length + rest > 0)
    ports.print(`${who} ${doneWords(written.length, rest, status)}${namesOf(written.map(({ id }) => id))}`);
  if (written.length > 0) showWritten(asked, ports);
  const lines = [...linesOf(written, refused), ...skipLines(skips)];
  if (failure !== undefined) throw new Error(failureWords(done, rest, status, lines), { cause: failure });
  const said = `${written.length === 0 ? "Nothing was written" : upper(doneWords(written.length, rest, status))}.`;
  const message = [said, ...lines].join("\n");
  const failures = [...refused.map(({ failure: one }) => one), ...notFound(asked.findings, seen)];
  return { message, written: written.length, failures, skipped: skippedOf(skips, written) };
}

function namesOf(ids: readonly string[]): string {
  const more = ids.length > MOST_IDS ? ` and ${ids.length - MOST_IDS} more` : "";
  return ids.length === 0 ? "" : `: ${ids.slice(0, MOST_IDS).join(", ")}${more}`;
}

const doneWords = (written: number, rest: number, status: string): string =>
  `set ${counted(written, "finding")} to ${status}${rest === 0 ? "" : `, ${rest} not written`}`;

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Says after a failure halfway what was written and what was not. */
function failureWords({ written, failure }: Done, rest: number, status: string, lines: readonly string[]): string {
  const why = writeProblem(failure);
  if (written.length === 0) return [`Nothing was written. ${why}`, ...lines].join("\n");
  const was = `${counted(written.length, "finding")} ${nounFor(written.length, "was", "were")} set to ${status}`;
  return [`${was}, ${rest} ${nounFor(rest, "was", "were")} not written. ${why}`, ...lines].join("\n");
}

/** Shows what Security Hub holds now. The page does not wait for it: the write is done. */
function showWritten(asked: TriageRequest, ports: TriagePorts): void {
  void readAgain(asked, ports).catch((error: unknown) => ports.print(readProblem(error)));
}

/** Reads findings again. Those that are not in memory are not this program's, and are left alone. */
async function readAgain({ findings }: TriageRequest, ports: TriagePorts): Promise<void> {
  if (findings.length > MOST_BY_ID) return ports.readAll();
  const ours = new Set(ports.known().map(findingKey));
  const wanted = findings.filter(({ productArn, id }) => ours.has(keyOf(productArn, id)));
  for (const [productArn, some] of Map.groupBy(wanted, (one) => one.productArn)) {
    const ids = some.map(({ id }) => id);
    await remembering(ports).findings(productArn, ids);
  }
}

/** Returns the hub, whose reads also refresh what the page shows. */
function remembering({ hub, known, replace }: TriagePorts): TriagePorts["hub"] {
  return {
    ...hub,
    findings: async (productArn, ids) => {
      const read = await hub.findings(productArn, ids);
      const ours = new Set(known().map(findingKey));
      replace(read.filter((finding) => ours.has(findingKey(finding))));
      return read;
    },
  };
}

function viewsOf({ findings }: TriageRequest, { known }: TriagePorts): FindingView[] {
  const asked = new Set(findings.map(({ productArn, id }) => keyOf(productArn, id)));
  return known().flatMap((finding) => (asked.has(findingKey(finding)) ? (findingView(finding) ?? []) : []));
}

/** A finding that Security Hub refused. */
interface Refused {
  readonly view: FindingView;
  readonly failure: TriageFailure;
}

/** What became of the findings until all were done, or until a call failed. */
interface Done {
  readonly written: readonly TriageUpdate[];
  readonly refused: readonly Refused[];
  readonly skips: readonly TriageSkip[];
  readonly failure?: unknown;
}

async function write(seen: readonly FindingView[], request: Request, ports: TriagePorts): Promise<Done> {
  const [written, refused, skips]: [TriageUpdate[], Refused[], TriageSkip[]] = [[], [], []];
  try {
    for await (const result of writeTriage(remembering(ports), seen, request)) {
      const { view, failure, skip } = result;
      if (failure !== undefined) refused.push({ view, failure: { id: view.id, ...failure } });
      else if (skip !== undefined) skips.push({ view, reason: skip });
      else written.push(result.update);
    }
    return { written, refused, skips };
  } catch (failure) {
    return { written, refused, skips, failure };
  }
}

function linesOf(written: readonly TriageUpdate[], refused: readonly Refused[]): string[] {
  const refusals = refused.map(({ view: { nodeId }, failure: { code, message } }) =>
    `${nodeId} was not written: ${code} ${message}`.trim(),
  );
  const kept = written.flatMap(({ view: { nodeId }, keptNoteOf }) =>
    keptNoteOf === undefined ? [] : [`${nodeId} keeps the note of ${keptNoteOf}.`],
  );
  return atMost([...refusals, ...kept]);
}

function skipLines(skips: readonly TriageSkip[]): string[] {
  return atMost(skips.map(({ view, reason }) => `${view.nodeId} ${SKIP_TEXTS[reason]}.`));
}

function atMost(lines: readonly string[]): string[] {
  const more = lines.length - MOST_LINES;
  return more <= 0 ? [...lines] : [...lines.slice(0, MOST_LINES - 1), `${more + 1} more like this.`];
}
