import { byOwner, type OwnerCount } from "../findings/due.ts";
import { SEVERITIES, type FindingView } from "../findings/finding-view.ts";
import { counted } from "../../contract/counted.ts";
import type { Build, ReportElement } from "./document.ts";

/** A tag with a value of its own on each node is no owner, and would fill the report. */
const MAX_LISTED = 50;

/** Returns a table of open findings by owner and severity, with its heading, or nothing if no node has an owner. */
export function ownersPart(build: Build, open: readonly FindingView[]): ReportElement[] {
  const owners = byOwner(open);
  if (owners.every(({ owner }) => owner === undefined)) return [];
  const heads = ["Owner", "Open", "Overdue", ...SEVERITIES];
  const more = owners.length - MAX_LISTED;
  const table = build(
    "table",
    { class: "counts" },
    build("thead", {}, build("tr", {}, ...heads.map((head) => build("th", { scope: "col" }, head)))),
    build("tbody", {}, ...owners.slice(0, MAX_LISTED).map((owner) => row(build, owner))),
  );
  return [
    build("h2", {}, "Owners"),
    build(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Owners" },
      table,
      more > 0 && build("p", {}, `${counted(more, "more owner")} not shown.`),
    ),
  ];
}

function row(build: Build, { owner, findings, overdue, bySeverity }: OwnerCount): ReportElement {
  const counts = [findings, overdue, ...SEVERITIES.map((severity) => bySeverity[severity])];
  return build(
    "tr",
    {},
    build("th", { scope: "row" }, owner ?? "no owner"),
    ...counts.map((count) => build("td", {}, String(count))),
  );
}
