import { stringify } from "csv-stringify/sync";
import { CAUSES } from "../../contract/causes.ts";
import type { FindingView } from "./finding-view.ts";
import { ageInDays } from "./due.ts";
import { openSince, whatIsWrong } from "./summary.ts";

type Cell = (view: FindingView, now: Date) => string | number | undefined;

const COLUMNS: Readonly<Record<string, Cell>> = {
  severity: (view) => view.severity,
  nodeId: (view) => view.nodeId,
  computerName: (view) => view.computerName,
  platform: (view) => view.platform,
  platformVersion: (view) => view.platformVersion,
  patchGroup: (view) => view.patchGroup,
  owner: (view) => view.owner,
  kind: (view) => view.kind,
  whatIsWrong,
  ...Object.fromEntries(CAUSES.map(({ label }) => [label, countOf(label)])),
  severityReason: (view) => view.severityReason,
  severityDecidedBy: (view) => view.severityDecidedBy,
  worstPatches: (view) => view.worstPatchesText,
  vulnerabilities: (view) => view.vulnerabilities.map(({ id }) => id).join(" "),
  remediation: (view) => view.remediation?.text,
  command: (view) => view.remediation?.command,
  workflowStatus: (view) => view.workflowStatus,
  recordState: (view) => view.recordState,
  complianceStatus: (view) => view.complianceStatus,
  openSince,
  ageDays: ageInDays,
  overdue: (view) => String(view.overdue),
  due: (view) => view.due,
  dueDate: (view) => view.dueDate,
  dueReason: (view) => view.dueReason,
  overdueSince: (view) => view.overdueSince,
  accepted: (view) => view.accepted,
  acceptedUntil: (view) => view.acceptedUntil,
  updatedAt: (view) => view.updatedAt,
  note: (view) => view.note?.text,
  account: (view) => view.account,
  region: (view) => view.region,
  id: (view) => view.id,
};

/**
 * Returns the findings as CSV, one line each after the header. Puts an apostrophe before text that a spreadsheet would run
 * as a formula.
 *
 * @example process.stdout.write(findingsCsv(views, new Date()));
 */
export function findingsCsv(views: readonly FindingView[], now: Date): string {
  const lines = views.map((view) => Object.values(COLUMNS).map((cell) => cell(view, now)));
  return stringify([Object.keys(COLUMNS), ...lines], { escape_formulas: true });
}

function countOf(cause: string): Cell {
  return ({ causes }) => causes.find((one) => one.cause === cause)?.count ?? 0;
}
