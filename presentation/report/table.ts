import type { FindingView } from "../findings/finding-view.ts";
import { counted } from "../../contract/counted.ts";
import type { Build, ReportElement } from "./document.ts";
import { badge } from "./badge.ts";
import { whatHappened } from "../findings/remedy-view.ts";
import { ageInDays } from "../findings/due.ts";
import { cveTotal, openSince, system, whatIsWrong } from "../findings/summary.ts";

/** Browsers show longer tables slowly. The CSV output has all findings. */
const MAX_LISTED = 1_000;
const MAX_CVES = 10;

/** Returns a table with one row per finding: what is wrong, the reason for the severity, the worst patches, what to do. */
export function findingsTable(build: Build, findings: readonly FindingView[], now: Date): ReportElement {
  if (findings.length === 0) return build("p", {}, "None.");
  const heads = ["Severity", "Node", "What is wrong", "Worst patches and CVEs", "What to do", "Due", "Open since"];
  const more = findings.length - MAX_LISTED;
  const table = build(
    "table",
    {},
    build("thead", {}, build("tr", {}, ...heads.map((head) => build("th", { scope: "col" }, head)))),
    build("tbody", {}, ...findings.slice(0, MAX_LISTED).map((finding) => row(build, finding, now))),
  );
  return build(
    "div",
    { class: "scroll findings", tabindex: "0", role: "region", "aria-label": "Open findings" },
    table,
    more > 0 &&
      build(
        "p",
        {},
        `${counted(more, "more finding")} not shown. List all: npm run findings -- --region REGION --format csv`,
      ),
  );
}

function row(build: Build, view: FindingView, now: Date): ReportElement {
  return build(
    "tr",
    {},
    build("td", {}, badge(build, view.severity)),
    build("th", { scope: "row" }, ...node(build, view)),
    build("td", {}, ...lines(build, [whatIsWrong(view), reason(view), view.readingNotes])),
    build("td", {}, ...lines(build, [view.worstPatchesText]), cves(build, view)),
    build("td", {}, ...remedy(build, view)),
    build("td", {}, ...deadline(build, view)),
    build("td", {}, ...age(build, view, now)),
  );
}

function remedy(build: Build, view: FindingView) {
  const { text, command, url } = view.remediation ?? {};
  return [
    ...whatHappened(view).map((sentence) => build("div", {}, sentence)),
    ...lines(build, [text]),
    command !== undefined && build("div", {}, build("code", {}, command)),
    link(build, url, "AWS documentation"),
  ];
}

function node(build: Build, view: FindingView) {
  const { nodeId, computerName, patchGroup, owner, sourceUrl } = view;
  return [
    build("p", {}, build("code", {}, nodeId)),
    ...lines(build, [computerName, system(view), patchGroup && `Patch group ${patchGroup}`, owner && `Owner ${owner}`]),
    link(build, sourceUrl, "Patch page in Systems Manager"),
  ];
}

function reason({ kind, severityReason, severityDecidedBy }: FindingView): string | undefined {
  if (kind === "blindSpot" || severityReason === undefined) return undefined;
  return severityDecidedBy === undefined ? severityReason : `${severityReason} (${severityDecidedBy})`;
}

function cves(build: Build, view: FindingView): ReportElement | undefined {
  const { vulnerabilities } = view;
  if (vulnerabilities.length === 0) return undefined;
  const listed = vulnerabilities.slice(0, MAX_CVES).flatMap(({ id, url }, index) => {
    const cve = link(build, url, id) ?? id;
    return index === 0 ? [cve] : [", ", cve];
  });
  const total = cveTotal(view);
  const more = total - Math.min(vulnerabilities.length, MAX_CVES);
  return build("p", {}, `${counted(total, "CVE")}: `, ...listed, more > 0 && ` and ${more} more`);
}

function deadline(build: Build, { due, dueDate, overdue, acceptedUntil }: FindingView) {
  return [
    ...lines(build, [dueDate?.slice(0, 10)]),
    due !== undefined && due !== "later" && build("p", overdue ? { class: "overdue" } : {}, due),
    ...lines(build, [acceptedUntil && `Accepted until ${acceptedUntil.slice(0, 10)}`]),
  ];
}

function age(build: Build, view: FindingView, now: Date) {
  const days = ageInDays(view, now);
  return [
    build("p", {}, openSince(view).slice(0, 10)),
    ...lines(build, [days === undefined ? undefined : counted(days, "day")]),
    view.workflowStatus === "NEW" ? undefined : build("p", {}, view.workflowStatus),
    view.note && build("p", {}, `Note: ${view.note.text}`),
  ];
}

function link(build: Build, url: string | undefined, text: string): ReportElement | undefined {
  return url === undefined ? undefined : build("a", { href: url, rel: "noreferrer" }, text);
}

function lines(build: Build, texts: readonly (string | undefined)[]): ReportElement[] {
  return texts.flatMap((text) => (text === undefined || text === "" ? [] : [build("p", {}, text)]));
}
