import type { Build, ReportElement } from "./document.ts";

type Part = ReportElement | string | undefined | false;
/** The content of a cell: one part, or several. */
export type Cell = Part | readonly Part[];

/** What a table shows besides its rows. */
interface TableParts {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly className?: string;
  /** A sentence below the table, such as how many rows are not shown. */
  readonly note?: string | false;
}

/**
 * Returns a table with a caption and a header row. The first cell of a row is its header.
 *
 * @example simpleTable(build, { caption: "Owners", heads: ["Owner", "Open"] }, [["payments", "4"]]);
 */
export function simpleTable(
  build: Build,
  { caption, heads, className, note }: TableParts,
  rows: readonly (readonly Cell[])[],
): ReportElement {
  const parts = (cell: Cell): readonly Part[] => (Array.isArray(cell) ? (cell as readonly Part[]) : [cell as Part]);
  const cells = (row: readonly Cell[]) =>
    row.map((cell, at) => (at === 0 ? build("th", { scope: "row" }, ...parts(cell)) : build("td", {}, ...parts(cell))));
  const table = build(
    "table",
    {},
    build("caption", {}, caption),
    build("thead", {}, build("tr", {}, ...heads.map((head) => build("th", { scope: "col" }, head)))),
    build("tbody", {}, ...rows.map((row) => build("tr", {}, ...cells(row)))),
  );
  const attributes = { class: ["scroll", className].filter(Boolean).join(" "), tabindex: "0", role: "region" };
  return build("div", { ...attributes, "aria-label": caption }, table, note && build("p", {}, note));
}
