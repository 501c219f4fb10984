import type { Build, ReportElement } from "./document.ts";

/** Returns a table with a header row. */
export function simpleTable(
  build: Build,
  label: string,
  heads: readonly string[],
  rows: readonly (readonly (ReportElement | string)[])[],
): ReportElement {
  const cells = (row: readonly (ReportElement | string)[]) => row.map((cell) => build("td", {}, cell));
  const table = build(
    "table",
    {},
    build("thead", {}, build("tr", {}, ...heads.map((head) => build("th", { scope: "col" }, head)))),
    build("tbody", {}, ...rows.map((row) => build("tr", {}, ...cells(row)))),
  );
  return build("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, table);
}
