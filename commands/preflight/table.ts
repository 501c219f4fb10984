import Table from "cli-table3";
import { printable } from "../../command-line/terminal.ts";
import type { Line } from "./check.ts";

const WORDS: Readonly<Record<Line["result"], string>> = {
  ok: "ok",
  note: "note",
  problem: "problem",
  unchecked: "could not be checked",
};
/** Characters of each column with its two blanks. */
const WIDTHS = [18, 11, 44, 48] as const;
const BORDERS = WIDTHS.length + 1;
/** Narrower columns of text nobody reads; then the terminal breaks the lines. */
const LEAST_TEXT = 18;

/** @param room characters in a line of the terminal; what is found and what to do share what the others leave of it */
function widthsFor(room = Infinity): readonly number[] {
  const [check, result, found, advice] = WIDTHS;
  const texts = room - check - result - BORDERS;
  if (texts >= found + advice) return WIDTHS;
  const narrow = Math.max(LEAST_TEXT, Math.floor((texts * found) / (found + advice)));
  return [check, result, narrow, Math.max(LEAST_TEXT, texts - narrow)];
}

/** The lines as a person reads them, on a terminal with room for so many characters in a line. */
export function preflightTable(lines: readonly Line[], room?: number): string {
  const widths = widthsFor(room);
  const table = new Table({
    head: ["check", "result", "found", "what to do"],
    colWidths: [...widths],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { check, result, found, advice = "" } of lines) {
    const cells = [check, WORDS[result], found, advice];
    table.push(cells.map((cell, column) => breakable(printable(cell), (widths[column] ?? 0) - 2)));
  }
  return table.toString();
}

/** The table breaks between words alone, and would cut off what is longer than its column: ARNs. */
function breakable(text: string, width: number): string {
  return text
    .split(" ")
    .map((word) => word.match(new RegExp(`.{1,${width}}`, "gu"))?.join(" ") ?? "")
    .join(" ");
}

/** How many lines had which result, for the last line and the exit code. */
export function summary(lines: readonly Line[]): string {
  const count = (result: Line["result"]) => lines.filter((line) => line.result === result).length;
  const [problems, notes] = [count("problem"), count("note")];
  return `${problems} ${problems === 1 ? "problem" : "problems"}, ${count("unchecked")} could not be checked, ${notes} ${notes === 1 ? "note" : "notes"}, ${count("ok")} ok`;
}
