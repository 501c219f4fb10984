import Table from "cli-table3";
import { breakable, printable } from "../../command-line/terminal.ts";
import { counted } from "../../contract/counted.ts";
import type { Line } from "./check.ts";

const RESULT_TEXTS: Readonly<Record<Line["result"], string>> = {
  ok: "ok",
  note: "note",
  problem: "problem",
  unchecked: "could not be checked",
};
/** Width of each column in characters, its two spaces included. */
const WIDTHS = [18, 11, 44, 48] as const;
const BORDERS = WIDTHS.length + 1;
/** Narrower text columns are hard to read. Below this width the terminal wraps the lines. */
const MIN_TEXT_WIDTH = 18;

/** Returns the column widths for a terminal line of `room` characters. The two text columns share the remaining width. */
function widthsFor(room = Infinity): readonly number[] {
  const [check, result, found, advice] = WIDTHS;
  const texts = room - check - result - BORDERS;
  if (texts >= found + advice) return WIDTHS;
  const narrow = Math.max(MIN_TEXT_WIDTH, Math.floor((texts * found) / (found + advice)));
  return [check, result, narrow, Math.max(MIN_TEXT_WIDTH, texts - narrow)];
}

/**
 * Returns the lines as a table.
 *
 * @param room characters in a terminal line; default: unlimited
 * @example console.log(preflightTable(lines, process.stdout.columns));
 */
export function preflightTable(lines: readonly Line[], room?: number): string {
  const widths = widthsFor(room);
  const table = new Table({
    head: ["check", "result", "found", "what to do"],
    colWidths: [...widths],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { check, result, found, advice = "" } of lines) {
    const cells = [check, RESULT_TEXTS[result], found, advice];
    table.push(cells.map((cell, column) => breakable(printable(cell), (widths[column] ?? 0) - 2)));
  }
  return table.toString();
}

/** Returns the last line of the output: the number of lines with each result. */
export function summary(lines: readonly Line[]): string {
  const count = (result: Line["result"]) => lines.filter((line) => line.result === result).length;
  return `${counted(count("problem"), "problem")}, ${count("unchecked")} could not be checked, ${counted(count("note"), "note")}, ${count("ok")} ok`;
}
