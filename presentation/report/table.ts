import type { FindingView } from "../findings/finding-view.ts";
import { counted } from "../../contract/counted.ts";
import type { Build, ReportElement } from "./document.ts";
import { badge } from "./badge.ts";
import { simpleTable, type Cell } from "./simple-table.ts";
import { lastDayInWords, utcTime, timesInUtc } from "../times/times.ts";
import { ageInDays } from "../findings/due.ts";
import { patchKey, unnamedPatches } from "../findings/patch-names.ts";
import { cveTotal, openSince, system, whatIsWrong } from "../findings/summary.ts";
import { oneLine, shortened } from "../findings/text.ts";

/** A page is read by people. The CSV file has every finding. */
const MAX_LISTED = 50;
const MAX_PATCHES = 3;
const MAX_CVES = 3;
/** Characters of a text in a cell, so that a few findings with long texts do not fill pages. */
const MAX_TEXT_LENGTH = 120;
/** The longest advice of the program has 280. */
const MAX_REMEDY_LENGTH = 400;
const MAX_NAME_LENGTH = 40;
const HEADS = ["Node", "Severity", "What is wrong", "Worst patches and CVEs", "What to do", "Due", "Open since"];

/**
 * Returns a table of the worst findings: what is wrong, the reason for the severity, the worst patches, what to do.
 *
 * @param csvFile the name of a file with all findings, if there is one
 */
export function findingsTable(
  build: Build,
  findings: readonly FindingView[],
  now: Date,
  csvFile: string | undefined,
): ReportElement[] {
  if (findings.length === 0) return [build("p", {}, "None.")];
  const shown = findings.slice(0, MAX_LISTED);
  const rows = shown.map((finding) => row(build, finding, now));
  return [
    build("p", { class: "listed" }, ...listed(build, findings.length, csvFile)),
    simpleTable(build, { caption: "Open findings", heads: HEADS, className: "findings" }, rows),
  ];
}

function listed(build: Build, total: number, csvFile: string | undefined) {
  const more = total - MAX_LISTED;
  const name = oneLine(csvFile);
  const rest =
    more <= 0 ? `${counted(total, "finding")} in all. ` : `${counted(more, "finding")} of ${total} not listed here. `;
  if (name !== undefined) return [rest, build("code", {}, shortened(name, MAX_TEXT_LENGTH)), " has all findings."];
  return [rest, more > 0 && "List all: npm run findings -- --region REGION --format csv"];
}

function row(build: Build, view: FindingView, now: Date): Cell[] {
  return [
    node(build, view),
    badge(build, view.severity),
    wrong(build, view),
    [...lines(build, [patchesInWords(view)]), cves(build, view)],
    remedy(build, view),
    deadline(build, view),
    age(build, view, now),
  ];
}

function wrong(build: Build, view: FindingView) {
  return [
    ...lines(build, [timesInUtc(whatIsWrong(view)), reason(view)]),
    ...lines(build, [view.readingNotes, view.note && `Note: ${view.note.text}`]).map((line) => onScreen(build, line)),
  ];
}

function remedy(build: Build, view: FindingView) {
  const { text, command, url } = view.remediation ?? {};
  return [
    ...lines(build, [text], MAX_REMEDY_LENGTH),
    onScreen(build, command !== undefined && build("code", {}, command)),
    onScreen(build, link(build, url, "AWS documentation")),
  ];
}

/** Returns the first patches, without titles and versions, and the number of all others, also of those that the finding does not name. */
function patchesInWords({ worstPatches, worstPatchesText }: FindingView): string | undefined {
  if (worstPatches.length === 0) return worstPatchesText;
  const names = worstPatches.slice(0, MAX_PATCHES).map((name) => shortened(patchKey(name), MAX_NAME_LENGTH));
  const more = worstPatches.length - names.length + (Number.parseInt(unnamedPatches(worstPatchesText) ?? "", 10) || 0);
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function node(build: Build, view: FindingView) {
  const { nodeId, computerName, patchGroup, owner, sourceUrl } = view;
  const facts = [system(view), patchGroup && `patch group ${patchGroup}`, owner && `owner ${owner}`];
  return [
    ...lines(build, [computerName]),
    build("p", {}, build("code", {}, nodeId)),
    ...lines(build, [facts.filter(Boolean).join(", ")]),
    onScreen(build, link(build, sourceUrl, "Patch page in Systems Manager")),
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
    ...lines(build, [dueDate && utcTime(dueDate)]),
    due !== undefined && due !== "later" && build("p", overdue ? { class: "overdue" } : {}, due),
    ...lines(build, [acceptedUntil && `Accepted until ${lastDayInWords(acceptedUntil)}`]).map((line) =>
      onScreen(build, line),
    ),
  ];
}

function age(build: Build, view: FindingView, now: Date) {
  const days = ageInDays(view, now);
  return [
    ...lines(build, [utcTime(openSince(view)), days === undefined ? undefined : counted(days, "day")]),
    ...lines(build, [view.workflowStatus === "NEW" ? undefined : view.workflowStatus]),
  ];
}

/** Leaves details out on paper, where nobody can copy a command or follow a link. */
function onScreen(build: Build, part: ReportElement | undefined | false): ReportElement | undefined {
  return part ? build("div", { class: "screen" }, part) : undefined;
}

function link(build: Build, url: string | undefined, text: string): ReportElement | undefined {
  return url === undefined ? undefined : build("a", { href: url, rel: "noreferrer" }, text);
}

function lines(build: Build, texts: readonly (string | undefined)[], most = MAX_TEXT_LENGTH): ReportElement[] {
  return texts.flatMap((text) => (text === undefined || text === "" ? [] : [build("p", {}, shortened(text, most))]));
}
