import Table from "cli-table3";
import { breakable } from "../../command-line/terminal.ts";

/** A column of a table that fits into the width of a terminal. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** Replaces the cell in the table, with colours for example. The cell must have the same characters. */
  readonly styled?: (row: Row) => string;
  /** Left out if no row has a value. */
  readonly optional?: boolean;
  /** Cells wrap if there is no room for their longest. This is the fewest characters of a line. Absent: they never wrap. */
  readonly least?: number;
  /** If there is no room, the columns with the highest number are left out first. Absent: never left out. */
  readonly expendable?: number;
}

interface Sized<Row> extends Column<Row> {
  /** Characters, with one space on each side. */
  readonly most: number;
  readonly fewest: number;
}

const STYLE = { head: [], border: [], compact: true };
/** A column with one character and its spaces. */
const NARROWEST = 3;

/**
 * Returns a table. Wraps long cells and leaves out columns, so that no line is longer than the terminal.
 *
 * @param room characters in a line; undefined: unlimited
 * @example console.log(fittedTable([{ head: "Node", cell: ({ nodeId }) => nodeId }], views, 80));
 */
export function fittedTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], room?: number): string {
  const used = columns.filter(({ optional = false, cell }) => !optional || rows.some((row) => cell(row) !== ""));
  const kept = keptColumns(
    used.map((column) => sized(column, rows)),
    room,
  );
  const widths = room === undefined ? undefined : widthsOf(kept, room);
  const table = new Table({
    head: kept.map(({ head }) => head),
    style: STYLE,
    ...(widths && { colWidths: widths, wordWrap: true }),
  });
  for (const row of rows) table.push(kept.map((column, at) => shown(column, row, widths?.[at])));
  return table.toString();
}

function shown<Row>({ cell, styled, most }: Sized<Row>, row: Row, width: number | undefined): string {
  const text = cell(row);
  if (width === undefined || width >= most) return styled?.(row) ?? text;
  return breakable(text, width - 2);
}

function sized<Row>(column: Column<Row>, rows: readonly Row[]): Sized<Row> {
  const { head, cell, least } = column;
  const most = rows.reduce((longest, row) => Math.max(longest, cell(row).length), head.length) + 2;
  return { ...column, most, fewest: least === undefined ? most : Math.min(most, least + 2) };
}

function keptColumns<Row>(all: readonly Sized<Row>[], room: number | undefined): readonly Sized<Row>[] {
  let columns = all;
  while (room !== undefined && lineLength(columns.map(({ fewest }) => fewest)) > room) {
    const [least] = columns
      .filter(({ expendable }) => expendable !== undefined)
      .toSorted((a, b) => (b.expendable ?? 0) - (a.expendable ?? 0));
    if (least === undefined) break;
    columns = columns.filter((column) => column !== least);
  }
  return columns;
}

/** Gives spare room to the columns that wrap, one character at a time. Takes from the widest if there is too little. */
function widthsOf<Row>(columns: readonly Sized<Row>[], room: number): number[] {
  const widths = columns.map(({ fewest }) => fewest);
  while (lineLength(widths) > room) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest] === undefined || widths[widest] <= NARROWEST) break;
    widths[widest] -= 1;
  }
  for (let grew = true; grew && lineLength(widths) < room;) {
    grew = false;
    for (const [at, { most }] of columns.entries()) {
      const width = widths[at] ?? most;
      if (width >= most || lineLength(widths) >= room) continue;
      widths[at] = width + 1;
      grew = true;
    }
  }
  return widths;
}

function lineLength(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + 1, 1);
}
