import type { FindingView } from "../../presentation/findings/finding-view.ts";
import { colored, type Screen } from "../../command-line/screen.ts";
import { ageInDays, byOwner, dueInWords, type OwnerCount } from "../../presentation/findings/due.ts";
import { byCause, bySeverity, compareTexts, openSince, whatIsWrong } from "../../presentation/findings/summary.ts";
import { fittedTable, type Column } from "./fitted-table.ts";

/** Severity, node and what is wrong stay longest, then owner and due date, because they say who must act, and when. */
function findingColumns(screen: Screen): readonly Column<FindingView>[] {
  return [
    { head: "Severity", cell: ({ severity }) => severity, styled: ({ severity }) => colored(severity, screen) },
    { head: "Node", cell: ({ nodeId }) => nodeId },
    { head: "Name", cell: ({ computerName = "" }) => computerName, least: 14, expendable: 5 },
    { head: "What is wrong", cell: whatIsWrong, least: 11, expendable: 1 },
    { head: "Owner", cell: ({ owner = "" }) => owner, least: 9, optional: true, expendable: 3 },
    { head: "Age", cell: (view) => age(view, screen), expendable: 4 },
    { head: "Due", cell: dueInWords, least: 10, optional: true, expendable: 2 },
    { head: "Open since", cell: (view) => openSince(view).slice(0, 10), expendable: 8 },
    { head: "Workflow", cell: ({ workflowStatus }) => workflowStatus, expendable: 9 },
    { head: "Record", cell: ({ recordState }) => recordState, expendable: 10 },
  ];
}

/** The heading above the table has them too, so they are left out before the name. */
const PLACE: readonly Column<FindingView>[] = [
  { head: "Account", cell: ({ account }) => account, expendable: 7 },
  { head: "Region", cell: ({ region }) => region, expendable: 6 },
];

/**
 * Returns a table with one row per finding, in the width of the screen.
 *
 * @param withPlace whether it has columns for account and Region
 * @example console.log(findingsTable(views, { columns: 80, color: false }));
 */
export function findingsTable(views: readonly FindingView[], screen: Screen, withPlace = false): string {
  return fittedTable([...(withPlace ? PLACE : []), ...findingColumns(screen)], views, screen.columns);
}

/**
 * Returns tables with the number of findings by severity and by cause.
 *
 * @example console.log(summaryTables(views, { color: false }));
 */
export function summaryTables(views: readonly FindingView[], screen: Screen): string {
  const severities = fittedTable(
    [
      { head: "Severity", cell: ({ severity }) => severity, styled: ({ severity }) => colored(severity, screen) },
      { head: "Findings", cell: ({ findings }) => String(findings) },
    ],
    bySeverity(views),
    screen.columns,
  );
  const causes = fittedTable(
    [
      { head: "Cause", cell: ({ cause }) => cause, least: 12 },
      { head: "Findings", cell: ({ findings }) => String(findings) },
      { head: "Patches", cell: ({ patches }) => String(patches) },
    ],
    byCause(views),
    screen.columns,
  );
  return [severities, ...(byCause(views).length > 0 ? [causes] : [])].join("\n");
}

/** The findings of one account and Region. */
export interface PlaceGroup {
  readonly account: string;
  readonly region: string;
  readonly views: readonly FindingView[];
}

/** Groups findings by account and Region, in their order. Keeps the order of the findings of a group. */
export function byPlace(views: readonly FindingView[]): PlaceGroup[] {
  const groups = Map.groupBy(views, ({ account, region }) => `${account} ${region}`);
  return [...groups].toSorted(([a], [b]) => compareTexts(a, b)).map(([, some]) => groupOf(some));
}

function groupOf(views: readonly FindingView[]): PlaceGroup {
  const { account = "", region = "" } = views[0] ?? {};
  return { account, region, views };
}

type OwnerRow = OwnerCount & Pick<PlaceGroup, "account" | "region">;
const OWNER_COLUMNS: readonly Column<OwnerRow>[] = [
  { head: "Account", cell: ({ account }) => account },
  { head: "Region", cell: ({ region }) => region, least: 9 },
  { head: "Owner", cell: ({ owner = "no owner" }) => owner, least: 9 },
  { head: "Findings", cell: ({ findings }) => String(findings) },
  { head: "Critical", cell: ({ bySeverity: { CRITICAL } }) => String(CRITICAL), expendable: 2 },
  { head: "High", cell: ({ bySeverity: { HIGH } }) => String(HIGH), expendable: 3 },
  { head: "Overdue", cell: ({ overdue }) => String(overdue), expendable: 1 },
];

/**
 * Returns a table with the number of findings of each account, Region and owner.
 *
 * @example console.log(ownerTable(byPlace(views), { color: false }));
 */
export function ownerTable(groups: readonly PlaceGroup[], { columns }: Screen): string {
  const rows = groups.flatMap(({ account, region, views }) =>
    byOwner(views).map((count) => ({ ...count, account, region })),
  );
  return fittedTable(OWNER_COLUMNS, rows, columns);
}

function age(view: FindingView, { now = new Date() }: Screen): string {
  const days = ageInDays(view, now);
  return days === undefined ? "" : `${days} d`;
}
