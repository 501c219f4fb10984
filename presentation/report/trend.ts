import { counted } from "../../contract/counted.ts";
import { utcTime } from "../times/times.ts";
import type { Trend } from "../findings/trend.ts";
import { badge } from "./badge.ts";
import type { Build, ReportElement } from "./document.ts";
import { simpleTable } from "./simple-table.ts";

/** Returns the part of the first page that compares earlier findings with those of now. */
export function trendPart(build: Build, trend: Trend): ReportElement[] {
  const { bySeverity, opened, closed, daysOpen, since, days } = trend;
  const rows = bySeverity.map(({ severity, before, now }) => [
    badge(build, severity),
    String(before),
    String(now),
    signed(now - before),
  ]);
  const facts = [
    since === undefined
      ? "The earlier findings show no time"
      : `Newest change in the earlier findings: ${utcTime(since)}, ${counted(days ?? 0, "day")} ago`,
    `${opened} opened`,
    `${closed} closed${daysOpen === undefined ? "" : `, after ${counted(daysOpen, "day")} on average`}`,
  ];
  const heads = ["Severity", "Then", "Now", "Change"];
  return [
    build("h2", {}, "Trend"),
    simpleTable(build, { caption: "Open findings by severity, then and now", heads, className: "counts" }, rows),
    build("ul", { class: "facts" }, ...facts.map((fact) => build("li", {}, fact))),
  ];
}

function signed(change: number): string {
  return change > 0 ? `+${change}` : String(change);
}
