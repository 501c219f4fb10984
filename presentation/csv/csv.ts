import { stringify } from "csv-stringify/sync";

/**
 * What ends a cell in a spreadsheet that takes another separator than the comma, before the beginning of a formula. Quotes
 * do not help there: after the first comma, such a spreadsheet reads them as text.
 */
const FORMULA_INSIDE = /([;\t\r\n])(?=[\s"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;

/**
 * Returns lines as CSV with every cell in quotes. Puts an apostrophe before text that a spreadsheet would run as a formula,
 * also behind a semicolon: in many countries it separates the cells.
 *
 * @example csvText([["node_id"], ["i-0a1"]]); // '"node_id"\n"i-0a1"\n'
 */
export function csvText(lines: readonly (readonly (string | number | undefined)[])[]): string {
  const safe = lines.map((cells) =>
    cells.map((cell) => (typeof cell === "string" ? cell.replaceAll(FORMULA_INSIDE, "$1'") : cell)),
  );
  return stringify(safe, { escape_formulas: true, quoted: true, quoted_empty: true });
}
