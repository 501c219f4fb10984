import { findingView, type FindingView } from "../findings/finding-view.ts";
import type { PatchException } from "../../contract/policies.ts";
import { exceptionsSection } from "./exceptions.ts";
import { trendSection } from "./trend.ts";
import { counted } from "../../contract/counted.ts";
import { badge } from "./badge.ts";
import { builder, newDocument, type Build, type ReportDocument, type ReportElement } from "./document.ts";
import { SOON_DAYS } from "../../contract/due.ts";
import { countByDue } from "../findings/due.ts";
import { ownersPart } from "./owners.ts";
import { findingsTable } from "./table.ts";
import { agePlot, causePlot, nodePlot, patchPlot, severityPlot } from "./plots.ts";
import { REPORT_STYLE } from "./style.ts";
import { byAge, byCause, bySeverity, isOpen, topNodes, topPatches, worstFirst } from "../findings/summary.ts";
import { oneLine } from "../findings/text.ts";

/** Content security policy of the report: it loads nothing and runs no script. */
export const REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Bars in the plots of nodes and of patches. */
const TOP = 10;

/** The account and Region of the findings. */
interface ReportSubject {
  readonly title: string;
  readonly account: string;
  readonly region: string;
  readonly generatedAt: Date;
  /** Earlier findings, to show the trend. */
  readonly previous?: readonly unknown[];
  /** Exceptions of the stack's settings, to show expired and unused ones. */
  readonly exceptions?: readonly PatchException[];
  /** The key of the tag that names the owner of a node. */
  readonly ownerTag?: string;
}

/**
 * Returns the findings of this program as one self-contained HTML page.
 *
 * @param findings in the AWS Security Finding Format; findings of other products are counted and left out
 * @example renderReport(findings, { title: "Patch findings", account, region, generatedAt: new Date() });
 */
export function renderReport(findings: readonly unknown[], subject: ReportSubject): string {
  const views = findings.flatMap((finding) => findingView(finding, subject.ownerTag) ?? []);
  const open = worstFirst(views.filter(isOpen));
  const document = newDocument();
  const build = builder(document);
  document.documentElement.setAttribute("lang", "en");
  document.head.append(
    build("meta", { charset: "utf-8" }),
    build("meta", { "http-equiv": "Content-Security-Policy", content: REPORT_POLICY }),
    build("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    build("title", {}, oneLine(subject.title) ?? "Report"),
    build("style", {}, REPORT_STYLE),
  );
  document.body.append(
    build(
      "main",
      {},
      header(build, subject, views, open),
      build("h2", {}, "Overview"),
      plots(build, document, open, subject.generatedAt),
      ...trendSection(build, views, subject.previous, subject.generatedAt),
      ...ownersPart(build, open),
      build("h2", {}, "Open findings, worst first"),
      findingsTable(build, open, subject.generatedAt),
      ...exceptionsSection(build, findings, subject.exceptions, subject.generatedAt),
    ),
  );
  return document.toString();
}

function header(build: Build, subject: ReportSubject, views: readonly FindingView[], open: readonly FindingView[]) {
  const own = views.filter(({ kind }) => kind !== "other");
  const closed = own.filter(({ recordState }) => recordState === "ARCHIVED").length;
  const setAside = own.length - open.length - closed;
  const others = views.length - own.length;
  const due = countByDue(open);
  const facts = [
    `Account ${oneLine(subject.account) ?? "unknown"}`,
    `Region ${oneLine(subject.region) ?? "unknown"}`,
    `Generated ${subject.generatedAt.toISOString()}`,
    `${open.length} open`,
    `${due.overdue} overdue`,
    `${due.soon} due within ${SOON_DAYS} days`,
    `${open.filter(({ kind }) => kind === "blindSpot").length} with unknown patch status`,
    `${closed} closed`,
    ...(setAside > 0 ? [`${setAside} suppressed, or resolved by a person`] : []),
    ...(others > 0 ? [`${counted(others, "finding")} of other products not shown`] : []),
  ];
  return build(
    "header",
    {},
    build("h1", {}, oneLine(subject.title) ?? "Report"),
    build("ul", { class: "facts" }, ...facts.map((fact) => build("li", {}, fact))),
    build(
      "ul",
      { class: "badges" },
      ...bySeverity(open).map(({ severity, findings }) => build("li", {}, badge(build, severity), ` ${findings}`)),
    ),
  );
}

function plots(build: Build, document: ReportDocument, open: readonly FindingView[], now: Date): ReportElement {
  const figure = (caption: string, svg: ReportElement) => build("figure", {}, build("figcaption", {}, caption), svg);
  if (open.length === 0) return build("p", {}, "No open findings.");
  return build(
    "div",
    { class: "plots" },
    figure("Findings by severity", severityPlot(bySeverity(open), document)),
    figure("Findings by cause (a finding can have several causes)", causePlot(byCause(open), document)),
    figure("Findings by age", agePlot(byAge(open, now), document)),
    figure("Nodes with the most noncompliant patches", nodePlot(topNodes(open, TOP), document)),
    figure(
      "Patches that affect the most nodes (of the patches named in findings)",
      patchPlot(topPatches(open, TOP), document),
    ),
  );
}
