import Table from "cli-table3";
import * as z from "zod";
import { SEVERITIES } from "../../presentation/findings/finding-view.ts";
import { printable } from "../../command-line/terminal.ts";
import { counted } from "../../contract/counted.ts";
import type { FailedExecution } from "./failed-executions.ts";
import type { Notifications } from "../services/event-bridge/external-targets.ts";
import { PARKING, type Report } from "./report.ts";

/** Longer lists are cut. The report file has all entries. */
const MAX_LISTED = 40;

const shownFinding = z.object({
  Severity: z.object({ Label: z.string() }),
  RecordState: z.string().optional(),
  Resources: z.array(z.object({ Id: z.string() })),
  Description: z.string().optional(),
});

/** Facts about a run that are not in its report. */
interface RunNotes {
  readonly neverScanned: readonly string[];
  /** Events that no rule matched. */
  readonly unmatched: number;
  /** What SNS topics and other event buses received, if the program sends to any. */
  readonly notifications?: Notifications | undefined;
}

/** Formats the result for people: open findings by severity, then nodes and messages without a finding. */
export function resultText(report: Report, { neverScanned, unmatched, notifications }: RunNotes): string {
  const open = report.findings.flatMap((finding) => {
    const parsed = shownFinding.safeParse(finding);
    return parsed.success && parsed.data.RecordState !== "ARCHIVED" ? [parsed.data] : [];
  });
  const lines = [severityTable(open), ...listed(open)];
  if (neverScanned.length > 0) lines.push(`never scanned: ${some(neverScanned)}`);
  for (const { role, action, resource } of report.denied) lines.push(`denied: ${action} on ${resource} for ${role}`);
  for (const violation of report.violations ?? []) lines.push(printable(`violation: ${violation}`));
  const { work, outage, quarantine } = report.queues;
  lines.push(...parkedLine(report));
  if (notifications !== undefined) {
    lines.push(
      `notifications: ${notifications.deliveries.length} delivered, ${notifications.failed} in the dead-letter queue`,
    );
  }
  lines.push(
    `${counted(report.executions.length, "execution")} in ${(report.durationMs / 1000).toFixed(1)} s; ` +
      `messages left: work ${work}, outage ${outage}, quarantine ${quarantine}` +
      (unmatched === 0 ? "" : `; ${eventsWithoutRule(unmatched)}`),
  );
  return lines.join("\n");
}

/** Formats the outage in one line; no line if there was none. */
function parkedLine({ executions, queues }: Report): string[] {
  const parked = executions.filter(({ states }) => states.includes(PARKING)).length;
  if (parked === 0) return [];
  const next = queues.outage === 0 ? "; redrive moved them back" : "";
  return [`parked: ${counted(parked, "execution")} moved nodes to the outage queue${next}`];
}

/** Formats the number of events that no rule matched. */
export function eventsWithoutRule(count: number): string {
  return `${counted(count, "event")} matched no rule`;
}

/** Formats the last lines of a run: failed executions, and the quarantined messages with their reasons. */
export function troubleLines(failed: readonly FailedExecution[], quarantined: Report["quarantined"]): string[] {
  const executions = failed.map(({ name, status, error = "", cause = "", left }) => {
    const why = [error, cause].filter((text) => text !== "").join(": ");
    const nodes = left.length === 0 ? "no node is left without a result" : `without a result: ${some(left)}`;
    return printable(`execution ${name} ${status}; ${nodes}${why === "" ? "" : ` (${why})`}`);
  });
  const entries = quarantined.map(({ nodeId = "message", reason, message }) =>
    printable(`quarantined: ${nodeId}: ${reason}${message === undefined ? "" : ` (${message})`}`),
  );
  return [...atMost(MAX_LISTED, executions), ...atMost(MAX_LISTED, entries)];
}

function atMost(count: number, lines: readonly string[]): string[] {
  if (lines.length <= count) return [...lines];
  return [...lines.slice(0, count), `... and ${lines.length - count} more (--report FILE writes all)`];
}

function severityTable(open: readonly z.infer<typeof shownFinding>[]): string {
  const table = new Table({ head: ["Severity", "Open findings"], style: { head: [], border: [] } });
  const count = (label: string) => open.filter((finding) => finding.Severity.Label === label).length;
  for (const label of SEVERITIES) table.push([label, count(label)]);
  table.push(["all", open.length]);
  return table.toString();
}

function listed(open: readonly z.infer<typeof shownFinding>[]): string[] {
  const order = (label: string) => SEVERITIES.findIndex((one) => one === label);
  const sorted = open.toSorted((a, b) => order(a.Severity.Label) - order(b.Severity.Label));
  const lines = sorted.map(({ Severity, Resources, Description = "" }) => {
    const node = Resources[0]?.Id.split("/").at(-1) ?? "";
    return printable(`${Severity.Label.padEnd(13)} ${node.padEnd(20)} ${Description}`);
  });
  return atMost(MAX_LISTED, lines);
}

/** Formats the first ids of a list, and how many more there are. */
export function some(ids: readonly string[]): string {
  const first = ids.slice(0, 10).join(", ");
  return ids.length > 10 ? `${first} and ${ids.length - 10} more` : first;
}
