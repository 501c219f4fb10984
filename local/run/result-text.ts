import type { Screen } from "../../command-line/screen.ts";
import { printable } from "../../command-line/terminal.ts";
import { counted } from "../../contract/counted.ts";
import type { FailedExecution } from "./failed-executions.ts";
import type { Notifications } from "../services/event-bridge/external-targets.ts";
import { PARKING, type Report } from "./report.ts";
import { worstFindings } from "./worst-findings.ts";

/** Longer lists are cut. The report file has all entries. */
const MAX_LISTED = 40;

/** Facts about a run that are not in its report. */
interface RunNotes {
  readonly neverScanned: readonly string[];
  /** Events that no rule matched. */
  readonly unmatched: number;
  /** What SNS topics and other event buses received, if the program sends to any. */
  readonly notifications?: Notifications | undefined;
  /** The key of the tag that names the owner of a node. */
  readonly ownerTag?: string;
}

/**
 * Formats the result for people: the number of open findings and the worst of them, then nodes and messages without a
 * finding.
 */
export function resultText(
  report: Report,
  { neverScanned, unmatched, notifications, ownerTag }: RunNotes,
  screen: Screen = { color: false },
): string {
  const lines = worstFindings(report.findings, screen, ownerTag);
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

/** Formats the first ids of a list, and how many more there are. */
export function some(ids: readonly string[]): string {
  const first = ids.slice(0, 10).join(", ");
  return ids.length > 10 ? `${first} and ${ids.length - 10} more` : first;
}
