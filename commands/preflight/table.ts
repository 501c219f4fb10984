import Table from "cli-table3";
import { printable } from "../../local/terminal.ts";
import type { Line } from "./check.ts";

const WORDS: Readonly<Record<Line["result"], string>> = {
  ok: "ok",
  note: "note",
  problem: "problem",
  unchecked: "could not be checked",
};
/** Characters of each column with its two blanks. */
const WIDTHS = [18, 11, 44, 48];

/** The lines as a person reads them. */
export function preflightTable(lines: readonly Line[]): string {
  const table = new Table({
    head: ["check", "result", "found", "what to do"],
    colWidths: WIDTHS,
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { check, result, found, advice = "" } of lines) {
    const cells = [check, WORDS[result], found, advice];
    table.push(cells.map((cell, column) => breakable(printable(cell), (WIDTHS[column] ?? 0) - 2)));
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
  return `${count("problem")} problems, ${count("unchecked")} could not be checked, ${count("note")} notes, ${count("ok")} ok`;
}
