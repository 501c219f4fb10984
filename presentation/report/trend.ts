import { counted } from "../../contract/counted.ts";
import { findingView, type FindingView } from "../findings/finding-view.ts";
import { trendOf } from "../findings/trend.ts";
import { badge } from "./badge.ts";
import type { Build, ReportElement } from "./document.ts";
import { simpleTable } from "./simple-table.ts";

/** Returns the section that compares earlier findings with those of now; nothing if no earlier ones are given. */
export function trendSection(
  build: Build,
  views: readonly FindingView[],
  previous: readonly unknown[] | undefined,
  now: Date,
): ReportElement[] {
  if (previous === undefined) return [];
  const earlier = previous.flatMap((finding) => findingView(finding) ?? []);
  const { bySeverity, opened, closed, daysOpen, since, days } = trendOf(earlier, views, now);
  const rows = bySeverity.map(({ severity, before, now: count }) => [
    badge(build, severity),
    String(before),
    String(count),
    signed(count - before),
  ]);
  const facts = [
    since === undefined
      ? "The earlier findings show no time"
      : `Newest change in the earlier findings: ${since}, ${counted(days ?? 0, "day")} ago`,
    `${opened} opened`,
    `${closed} closed${daysOpen === undefined ? "" : `, after ${daysOpen} days on average`}`,
  ];
  return [
    build("h2", {}, "Trend"),
    build("ul", { class: "facts" }, ...facts.map((fact) => build("li", {}, fact))),
    simpleTable(build, "Open findings by severity, then and now", ["Severity", "Then", "Now", "Change"], rows),
  ];
}

function signed(change: number): string {
  return change > 0 ? `+${change}` : String(change);
}
