import { CAUSES } from "../../contract/causes.ts";
import { csvText } from "../csv/csv.ts";
import type { FindingView } from "./finding-view.ts";
import { ageInDays } from "./due.ts";
import { cveTotal, openSince, whatIsWrong } from "./summary.ts";

type Cell = (view: FindingView, now: Date) => string | number | undefined;

/** The heads are in snake_case, which spreadsheets and databases take as they are. */
const COLUMNS: Readonly<Record<string, Cell>> = {
  account: (view) => view.account,
  region: (view) => view.region,
  severity: (view) => view.severity,
  node_id: (view) => view.nodeId,
  computer_name: (view) => view.computerName,
  platform: (view) => view.platform,
  platform_version: (view) => view.platformVersion,
  patch_group: (view) => view.patchGroup,
  owner: (view) => view.owner,
  kind: (view) => view.kind,
  what_is_wrong: whatIsWrong,
  ...Object.fromEntries(CAUSES.map(({ label }) => [snakeCase(label), countOf(label)])),
  severity_reason: (view) => view.severityReason,
  severity_decided_by: (view) => view.severityDecidedBy,
  patches: (view) => view.worstPatchesText,
  cves: (view) => view.vulnerabilities.map(({ id }) => id).join(" "),
  cves_total: cveTotal,
  remediation: (view) => view.remediation?.text,
  command: (view) => view.remediation?.command,
  workflow_status: (view) => view.workflowStatus,
  record_state: (view) => view.recordState,
  compliance_status: (view) => view.complianceStatus,
  open_since: openSince,
  age_days: ageInDays,
  overdue: (view) => String(view.overdue),
  due: (view) => view.due,
  due_date: (view) => view.dueDate,
  due_reason: (view) => view.dueReason,
  overdue_since: (view) => view.overdueSince,
  accepted: (view) => view.accepted,
  accepted_until: (view) => view.acceptedUntil,
  updated_at: (view) => view.updatedAt,
  note: (view) => view.note?.text,
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
  return csvText([Object.keys(COLUMNS), ...lines]);
}

function countOf(cause: string): Cell {
  return ({ causes }) => causes.find((one) => one.cause === cause)?.count ?? 0;
}

function snakeCase(words: string): string {
  return words.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
}
