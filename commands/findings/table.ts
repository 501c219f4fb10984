import Table from "cli-table3";
import type { FindingView } from "../../presentation/findings/finding-view.ts";
import { SEVERITY_STYLES } from "../../presentation/findings/severity-style.ts";
import { byCause, bySeverity, openSince, whatIsWrong } from "../../presentation/findings/summary.ts";

/** How much room there is, and whether colours show. */
export interface Screen {
  /** Characters in a line; undefined where lines may be of any length. */
  readonly columns?: number;
  readonly color: boolean;
}

interface Column {
  readonly head: string;
  readonly cell: (view: FindingView, screen: Screen) => string;
  /** With a space on each side; at least so much where it may be wider. */
  readonly width: number;
  readonly grows?: boolean;
  /** Left out where there is no room, highest first. */
  readonly expendable?: number;
}

const COLUMNS: readonly Column[] = [
  { head: "Severity", cell: severity, width: 15 },
  { head: "Node", cell: ({ nodeId }) => nodeId, width: 22 },
  { head: "Name", cell: ({ computerName = "" }) => computerName, width: 18, grows: true, expendable: 4 },
  { head: "What is wrong", cell: wrong, width: 24, grows: true },
  { head: "Open since", cell: (view) => openSince(view).slice(0, 10), width: 12, expendable: 1 },
  { head: "Workflow", cell: ({ workflowStatus }) => workflowStatus, width: 12, expendable: 2 },
  { head: "Record", cell: ({ recordState }) => recordState, width: 10, expendable: 3 },
];

/** One row for each finding, in the width of the screen. */
export function findingsTable(views: readonly FindingView[], screen: Screen): string {
  const columns = fitting(screen.columns);
  const spare = (screen.columns ?? 0) - widthOf(columns);
  const growing = columns.filter(({ grows }) => grows).length;
  const table = new Table({
    head: columns.map(({ head }) => head),
    style: { head: [], border: [], compact: true },
    ...(screen.columns !== undefined && {
      colWidths: columns.map(({ width, grows }) => (grows ? width + Math.max(0, Math.floor(spare / growing)) : width)),
      wordWrap: true,
    }),
  });
  for (const view of views) table.push(columns.map(({ cell }) => cell(view, screen)));
  return table.toString();
}

/** How many findings there are of each severity and of each cause. */
export function summaryTables(views: readonly FindingView[], screen: Screen): string {
  const style = { head: [], border: [], compact: true };
  const severities = new Table({ head: ["Severity", "Findings"], style });
  for (const { severity: label, findings } of bySeverity(views)) severities.push([colored(label, screen), findings]);
  const causes = new Table({ head: ["Cause", "Findings", "Patches"], style });
  for (const { cause, findings, patches } of byCause(views)) causes.push([cause, findings, patches]);
  return [severities.toString(), ...(causes.length > 0 ? [causes.toString()] : [])].join("\n");
}

function fitting(room: number | undefined): readonly Column[] {
  let columns = COLUMNS;
  while (room !== undefined && widthOf(columns) > room) {
    const [least] = columns
      .filter(({ expendable }) => expendable !== undefined)
      .toSorted((a, b) => (b.expendable ?? 0) - (a.expendable ?? 0));
    if (least === undefined) break;
    columns = columns.filter((column) => column !== least);
  }
  return columns;
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width + 1, 1);
}

function severity(view: FindingView, screen: Screen): string {
  return colored(view.severity, screen);
}

function wrong(view: FindingView): string {
  return view.overdue ? `${whatIsWrong(view)}; overdue` : whatIsWrong(view);
}

/** Black on the severity's colour: readable on light and dark terminals. The word alone says the same. */
export function colored(label: FindingView["severity"], { color }: Screen): string {
  return color ? `\u001b[30;48;5;${SEVERITY_STYLES[label].terminal}m${label}\u001b[0m` : label;
}
