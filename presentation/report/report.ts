import { findingView, type FindingView } from "../findings/finding-view.ts";
import type { PatchException } from "../../contract/policies.ts";
import { actionsOf } from "../findings/actions.ts";
import type { Place } from "../findings/place.ts";
import { byAge, byCause, isOpen, topNodes, topPatches, worstFirst } from "../findings/summary.ts";
import { oneLine, shortened } from "../findings/text.ts";
import { trendOf } from "../findings/trend.ts";
import { actionsSection } from "./actions.ts";
import { builder, newDocument, type Build, type ReportDocument, type ReportElement } from "./document.ts";
import { exceptionsSection } from "./exceptions.ts";
import { groupSections } from "./groups.ts";
import { agePlot, causePlot, nodePlot, patchPlot } from "./plots.ts";
import { REPORT_STYLE } from "./style.ts";
import { summarySection, type NodeShare } from "./summary.ts";
import { findingsTable } from "./table.ts";

/** Content security policy of the report: it loads nothing and runs no script. */
export const REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Bars in the plots of nodes and of patches. */
const TOP = 10;
const MAX_TITLE_LENGTH = 120;

/** The account and Region of the findings. */
interface ReportSubject extends Place {
  readonly title: string;
  readonly generatedAt: Date;
  /** When the findings were read, ISO 8601. Default: when the report was generated. */
  readonly readAt?: string;
  /** Why the findings may be out of date, in one sentence. */
  readonly problem?: string;
  /** Earlier findings, to show the trend. */
  readonly previous?: readonly unknown[];
  /** Exceptions of the stack's settings, to show expired and unused ones. */
  readonly exceptions?: readonly PatchException[];
  /** The key of the tag that names the owner of a node. */
  readonly ownerTag?: string;
  /** How many nodes there are, and how many comply. Default: not known. */
  readonly nodes?: NodeShare;
  /** The name of a CSV file with all findings, if there is one beside the report. */
  readonly csvFile?: string;
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
  const title = shortened(oneLine(subject.title) ?? "Report", MAX_TITLE_LENGTH);
  const document = newDocument();
  const build = builder(document);
  document.documentElement.setAttribute("lang", "en");
  document.head.append(
    build("meta", { charset: "utf-8" }),
    build("meta", { "http-equiv": "Content-Security-Policy", content: REPORT_POLICY }),
    build("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    build("title", {}, title),
    build("style", {}, REPORT_STYLE),
  );
  const actions = actionsOf(open);
  document.body.append(
    build(
      "main",
      {},
      summarySection(build, { ...subject, title, views, open, actions, ...trend(subject, views) }),
      ...actionsSection(build, actions),
      ...groupSections(build, open),
      ...plots(build, document, open, subject.generatedAt),
      build(
        "section",
        { id: "findings" },
        build("h2", {}, "Open findings, worst first"),
        ...findingsTable(build, open, subject.generatedAt, subject.csvFile),
      ),
      ...exceptionsSection(build, findings, subject.exceptions, subject.generatedAt),
    ),
  );
  return document.toString();
}

function trend({ previous, generatedAt }: ReportSubject, views: readonly FindingView[]) {
  if (previous === undefined) return {};
  const earlier = previous.flatMap((finding) => findingView(finding) ?? []);
  return { trend: trendOf(earlier, views, generatedAt) };
}

function plots(build: Build, document: ReportDocument, open: readonly FindingView[], now: Date): ReportElement[] {
  if (open.length === 0) return [];
  const figure = (caption: string, svg: ReportElement) => build("figure", {}, build("figcaption", {}, caption), svg);
  const drawn = build(
    "div",
    { class: "plots" },
    figure("Findings by cause (a finding can have several causes)", causePlot(byCause(open), document)),
    figure("Findings by age", agePlot(byAge(open, now), document)),
    figure("Nodes with the most noncompliant patches", nodePlot(topNodes(open, TOP), document)),
    figure(
      "Patches that affect the most nodes (of the patches named in findings)",
      patchPlot(topPatches(open, TOP), document),
    ),
  );
  return [build("section", { id: "overview" }, build("h2", {}, "Overview"), drawn)];
}
