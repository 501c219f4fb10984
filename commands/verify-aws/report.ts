import Table from "cli-table3";
import { breakable, printable } from "../../command-line/terminal.ts";
import { counted } from "../../contract/counted.ts";
import { failureText } from "../account/client.ts";
import { redact } from "./redact.ts";
import { isTrouble, type Line, type Verdict } from "./run.ts";
import type { Trial } from "./trial-steps.ts";

/** Width of each column in characters, its two spaces included. */
const WIDTHS = [32, 46, 46, 46] as const;
const BORDERS = WIDTHS.length + 1;
const MIN_WIDTH = 16;

/** Returns the column widths for a terminal line of `room` characters. */
function widthsFor(room = Infinity): readonly number[] {
  const wanted = WIDTHS.reduce((sum, width) => sum + width, 0);
  const scale = Math.min(1, (room - BORDERS) / wanted);
  return WIDTHS.map((width) => Math.max(MIN_WIDTH, Math.floor(width * scale)));
}

/**
 * Returns the lines as a table: fact, assumed, seen, and where the code relies on it.
 *
 * @param room characters in a terminal line; default: unlimited
 */
export function factTable(lines: readonly Line[], room?: number): string {
  const widths = widthsFor(room);
  const table = new Table({
    head: ["fact", "assumed", "seen", "the code relies on it in"],
    colWidths: [...widths],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const line of lines) {
    const { fact } = line;
    const cells = [fact.id, fact.assumed, seenText(line), fact.reliesOn.join(", ")];
    table.push(cells.map((cell, column) => breakable(printable(cell), (widths[column] ?? 0) - 2)));
  }
  return table.toString();
}

function seenText(line: Line): string {
  const { detail } = line;
  return `${verdictText(line)}: ${line.seen}${detail === undefined ? "" : ` (${detail})`}${consequence(line)}`;
}

function consequence({ verdict, handled, fact }: Line): string {
  if (verdict !== "differs") return "";
  return handled === true ? `; handled: ${fact.otherwise}` : `; NOT HANDLED: ${fact.otherwise}`;
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  "as assumed": "as assumed",
  differs: "DIFFERS",
  "not seen": "not seen",
  "not allowed": "NOT ALLOWED",
  "not checked": "NOT CHECKED",
};
const verdictText = ({ verdict }: Line): string => VERDICTS[verdict];

/** Returns one line with the number of facts of each verdict. */
export function summary(lines: readonly Line[]): string {
  const count = (verdict: Verdict) => lines.filter((line) => line.verdict === verdict).length;
  const handled = lines.filter((line) => line.verdict === "differs" && !isTrouble(line)).length;
  return [
    counted(lines.length, "fact"),
    `${count("as assumed")} as assumed`,
    `${handled} different and handled`,
    `${count("differs") - handled} different and not handled`,
    `${count("not seen")} not seen`,
    `${count("not allowed")} not allowed`,
    `${count("not checked")} not checked`,
  ].join(", ");
}

/** What a report says about its origin. */
export interface ReportHead {
  readonly region: string;
  readonly version: string;
  readonly wrote: boolean;
}

const REDACTED =
  "No account ids, ids of resources, names, ARNs and addresses are in this text. Read it before you paste it.";

/**
 * Returns the text for a public issue, in Markdown: no account ids, ids of resources, names, ARNs and IPs. The format is
 * stable: one row per fact, in the order of docs/assumptions.md.
 *
 * @example console.log(issueText(lines, { region: "eu-west-1", version: "0.2.0", wrote: false }));
 */
export function issueText(lines: readonly Line[], { region, version, wrote }: ReportHead): string {
  const rows = lines.map((line) => {
    const seen = redact(printable(line.seen)).replaceAll("|", "/");
    const handled = line.verdict !== "differs" ? "" : line.handled === true ? " (handled)" : " (not handled)";
    return `| ${line.fact.id} | ${line.verdict}${handled} | ${seen} |`;
  });
  return [
    `verify-aws ${version}, ${region}, ${wrote ? "with" : "without"} --write`,
    "",
    REDACTED,
    "",
    "| fact | verdict | seen |",
    "| --- | --- | --- |",
    ...rows,
    "",
    summary(lines),
  ].join("\n");
}

/** Returns what a person must know about the trial: nothing, if it ended and its finding is archived. */
export function trialLines({ id, interrupted, leftBehind }: Trial): string[] {
  return [
    ...(interrupted ? ["interrupted"] : []),
    ...(leftBehind === undefined
      ? []
      : [
          printable(`the test finding ${id} may still be ACTIVE: ${failureText(leftBehind)}`),
          "Security Hub deletes it after 90 days. To hide it before that, set its workflow status to SUPPRESSED.",
        ]),
  ];
}
