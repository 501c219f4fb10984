import Table from "cli-table3";
import type { FindingView } from "../../presentation/findings/finding-view.ts";
import { SEVERITY_STYLES } from "../../presentation/findings/severity-style.ts";
import { ageInDays, dueInWords } from "../../presentation/findings/due.ts";
import { byCause, bySeverity, openSince, whatIsWrong } from "../../presentation/findings/summary.ts";

/** The width of the output, and whether it shows colours. */
export interface Screen {
  /** Characters in a line. Undefined: unlimited. */
  readonly columns?: number;
  readonly color: boolean;
  /** The time at which findings are as old as shown. Default: now. */
  readonly now?: Date;
}

interface Column {
  readonly head: string;
  readonly cell: (view: FindingView, screen: Screen) => string;
  /** Left out if no finding has a value. */
  readonly optional?: boolean;
  /** Characters, with one space on each side. The minimum if the column grows. */
  readonly width: number;
  readonly grows?: boolean;
  /** If there is no room, the columns with the highest number are left out first. */
  readonly expendable?: number;
}

const COLUMNS: readonly Column[] = [
  { head: "Severity", cell: severity, width: 15 },
  { head: "Node", cell: ({ nodeId }) => nodeId, width: 22 },
  { head: "Name", cell: ({ computerName = "" }) => computerName, width: 18, grows: true, expendable: 7 },
  { head: "What is wrong", cell: whatIsWrong, width: 24, grows: true },
  { head: "Owner", cell: ({ owner = "" }) => owner, width: 14, optional: true, expendable: 3 },
  { head: "Age", cell: age, width: 8, expendable: 2 },
  { head: "Due", cell: dueInWords, width: 12, optional: true, expendable: 1 },
  { head: "Open since", cell: (view) => openSince(view).slice(0, 10), width: 12, expendable: 4 },
  { head: "Workflow", cell: ({ workflowStatus }) => workflowStatus, width: 12, expendable: 5 },
  { head: "Record", cell: ({ recordState }) => recordState, width: 10, expendable: 6 },
];

/**
 * Returns a table with one row per finding, in the width of the screen.
 *
 * @example console.log(findingsTable(views, { columns: 80, color: false }));
 */
export function findingsTable(views: readonly FindingView[], screen: Screen): string {
  const used = COLUMNS.filter(
    ({ optional = false, cell }) => !optional || views.some((view) => cell(view, screen) !== ""),
  );
  const columns = fitting(used, screen.columns);
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

/**
 * Returns tables with the number of findings by severity and by cause.
 *
 * @example console.log(summaryTables(views, { color: false }));
 */
export function summaryTables(views: readonly FindingView[], screen: Screen): string {
  const style = { head: [], border: [], compact: true };
  const severities = new Table({ head: ["Severity", "Findings"], style });
  for (const { severity: label, findings } of bySeverity(views)) severities.push([colored(label, screen), findings]);
  const causes = new Table({ head: ["Cause", "Findings", "Patches"], style });
  for (const { cause, findings, patches } of byCause(views)) causes.push([cause, findings, patches]);
  return [severities.toString(), ...(causes.length > 0 ? [causes.toString()] : [])].join("\n");
}

function fitting(all: readonly Column[], room: number | undefined): readonly Column[] {
  let columns = all;
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

function age(view: FindingView, { now = new Date() }: Screen): string {
  const days = ageInDays(view, now);
  return days === undefined ? "" : `${days} d`;
}

/** Returns the severity in black on its colour, which is readable on light and dark terminals. */
export function colored(label: FindingView["severity"], { color }: Screen): string {
  return color ? `\u001b[30;48;5;${SEVERITY_STYLES[label].terminal}m${label}\u001b[0m` : label;
}
