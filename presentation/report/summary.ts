/** The first page of the report: what a manager reads and forwards. */
import { counted } from "../../contract/counted.ts";
import { SOON_DAYS } from "../../contract/due.ts";
import { actionInWords, type Action } from "../findings/actions.ts";
import { utcTime } from "../times/times.ts";
import { countByDue } from "../findings/due.ts";
import type { FindingView } from "../findings/finding-view.ts";
import { placeInWords, type Place } from "../findings/place.ts";
import { bySeverity } from "../findings/summary.ts";
import { oneLine, shortened } from "../findings/text.ts";
import type { Trend } from "../findings/trend.ts";
import { badge } from "./badge.ts";
import type { Build, ReportElement } from "./document.ts";
import { simpleTable } from "./simple-table.ts";
import { trendPart } from "./trend.ts";

const WORST_ACTIONS = 5;
const MAX_NAME_LENGTH = 120;

/** The number of nodes, of which Security Hub holds only the noncompliant ones. */
export interface NodeShare {
  readonly compliant: number;
  readonly total: number;
}

/** What the first page shows. */
export interface SummaryFacts extends Place {
  readonly title: string;
  readonly generatedAt: Date;
  /** ISO 8601. Absent: when the report was generated. */
  readonly readAt?: string;
  /** Why the findings may be out of date, in one sentence. */
  readonly problem?: string;
  readonly views: readonly FindingView[];
  readonly open: readonly FindingView[];
  readonly actions: readonly Action[];
  /** Absent: not known. */
  readonly nodes?: NodeShare;
  /** Absent: there are no earlier findings to compare with. */
  readonly trend?: Trend;
}

/** Returns the first page: shares and counts, the change since the previous report, and the worst actions. */
export function summarySection(build: Build, facts: SummaryFacts): ReportElement {
  return build(
    "header",
    { id: "summary" },
    build("h1", {}, facts.title),
    list(build, "facts", origin(facts)),
    ...problemOf(build, facts),
    numbers(build, facts),
    ...severities(build, facts),
    build("h2", {}, "Worst actions"),
    worstActions(build, facts.actions),
  );
}

function list(build: Build, name: string, facts: readonly string[]): ReportElement {
  return build("ul", { class: name }, ...facts.map((fact) => build("li", {}, fact)));
}

function problemOf(build: Build, { problem }: SummaryFacts): ReportElement[] {
  const sentence = oneLine(problem);
  return sentence === undefined
    ? []
    : [build("p", { class: "problem" }, build("strong", {}, "These findings may be out of date."), ` ${sentence}`)];
}

function origin({ generatedAt, readAt, views, open, ...place }: SummaryFacts): string[] {
  const own = views.filter(({ kind }) => kind !== "other");
  const closed = own.filter(({ recordState }) => recordState === "ARCHIVED").length;
  const setAside = own.length - open.length - closed;
  const others = views.length - own.length;
  return [
    ...placeFacts(place, own),
    `Generated ${utcTime(generatedAt.toISOString())}`,
    ...(readAt === undefined ? [] : [`Findings read at ${utcTime(readAt)}`]),
    `${closed} closed`,
    ...(setAside > 0 ? [`${setAside} suppressed, or resolved by a person`] : []),
    ...(others > 0 ? [`${counted(others, "finding")} of other products not shown`] : []),
  ];
}

function placeFacts(place: Place, views: readonly FindingView[]): string[] {
  const name = (text: string): string => shortened(oneLine(text) ?? "unknown", MAX_NAME_LENGTH);
  if (place.organization === true) return [`Findings of ${name(placeInWords(place, views))}`];
  return [`Account ${name(place.account)}`, `Region ${name(place.region)}`];
}

function numbers(build: Build, { nodes, open }: SummaryFacts): ReportElement {
  const due = countByDue(open);
  const unknown = open.filter(({ kind }) => kind === "blindSpot").length;
  const facts: readonly (readonly [what: string, number: string, more?: string])[] = [
    ["Compliant nodes", ...shareInWords(nodes)],
    ["Open findings", String(open.length), `${unknown} with unknown patch status`],
    ["Overdue", String(due.overdue)],
    [`Due within ${SOON_DAYS} days`, String(due.soon)],
  ];
  return build(
    "dl",
    { class: "numbers" },
    ...facts.map(([what, number, more]) =>
      build(
        "div",
        {},
        build("dt", {}, what),
        build("dd", { class: "number" }, number),
        more !== undefined && build("dd", {}, more),
      ),
    ),
  );
}

/** Rounds down, so that a share of 100 % always means all nodes. */
function shareInWords(nodes: NodeShare | undefined): [number: string, more: string] {
  if (nodes === undefined || nodes.total <= 0) {
    return ["not known", "Security Hub holds only findings of noncompliant nodes."];
  }
  const { compliant, total } = nodes;
  return [`${Math.floor((compliant / total) * 1_000) / 10} %`, `${compliant} of ${counted(total, "node")}`];
}

function severities(build: Build, { open, trend }: SummaryFacts): ReportElement[] {
  if (trend !== undefined) return trendPart(build, trend);
  const rows = bySeverity(open).map(({ severity, findings }) => [badge(build, severity), String(findings)]);
  return [
    build("h2", {}, "Severities"),
    simpleTable(
      build,
      { caption: "Open findings by severity", heads: ["Severity", "Open"], className: "counts" },
      rows,
    ),
    build("p", {}, "Change since the previous report: not known. No earlier findings were given to compare with."),
  ];
}

function worstActions(build: Build, actions: readonly Action[]): ReportElement {
  if (actions.length === 0) return build("p", {}, "No open findings. There is nothing to do.");
  const worst = actions.slice(0, WORST_ACTIONS);
  return build("ol", { class: "worst" }, ...worst.map((action) => build("li", {}, actionInWords(action))));
}
