/** The comparison as one table, for people. */
import Table from "cli-table3";
import type { Row } from "./scenarios.ts";

const HEAD = [
  "",
  "calls",
  "CPU s",
  "peak MB",
  "exit",
  "noncompliant",
  "reported",
  "closed",
  "closed by mistake",
  "lost",
  "lost after the next run",
];

/** Services that only this project's program uses to run. Its queues and functions are not calls about the fleet. */
const OWN_SERVICES: ReadonlySet<string> = new Set(["sqs", "states", "lambda"]);

/** Returns the number of calls about the fleet and its findings: Systems Manager, Security Hub, EC2, IAM and others. */
export function fleetCalls(apiCalls: Row["apiCalls"]): number {
  return Object.entries(apiCalls)
    .filter(([operation]) => !OWN_SERVICES.has(operation.split(":")[0] ?? ""))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** Formats the rows, by scenario and then by tool. */
export function comparisonTable(rows: readonly Row[]): string {
  const colAligns = HEAD.map((_, index): "left" | "right" => (index === 0 ? "left" : "right"));
  const table = new Table({ head: HEAD, colAligns, style: { head: [], border: [], compact: true } });
  for (const [scenario, ofScenario] of Map.groupBy(rows, (row) => row.scenario)) {
    table.push([{ content: scenario, colSpan: HEAD.length }]);
    for (const row of ofScenario) table.push(cells(row));
  }
  return table.toString();
}

function cells(row: Row): string[] {
  return [
    `  ${row.tool}`,
    fleetCalls(row.apiCalls).toLocaleString("en-US"),
    row.cpuSeconds.toFixed(1),
    (row.peakBytes / 1_000_000).toFixed(0),
    String(row.exitCode),
    String(row.noncompliant),
    String(row.reported),
    String(row.closed),
    String(row.closedByMistake),
    String(row.lost ?? ""),
    String(row.lostAfterNextRun ?? ""),
  ];
}
