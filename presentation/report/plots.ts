import { barX, plot, text } from "@observablehq/plot";
import type { ReportDocument, ReportElement } from "./document.ts";
import { SEVERITY_STYLES } from "../findings/severity-style.ts";
import type { CauseCount, NodeCount, PatchCount } from "../findings/summary.ts";
import { shortened } from "../findings/text.ts";

/** One bar of a plot. */
interface Bar {
  readonly name: string;
  readonly value: number;
  readonly color: string;
}

const NEUTRAL = "#0072b2";
const WIDTH = 560;
const ROW_HEIGHT = 28;
/** Characters of a bar's name. */
const MAX_NAME_LENGTH = 30;

/** Plots findings by cause. */
export function causePlot(counts: readonly CauseCount[], document: ReportDocument): ReportElement {
  const bars = counts.map(({ cause, findings }) => ({ name: cause, value: findings, color: NEUTRAL }));
  return barPlot("Open findings by cause", bars, document);
}

/** Plots findings by age. */
export function agePlot(counts: readonly { age: string; findings: number }[], document: ReportDocument): ReportElement {
  const bars = counts.map(({ age, findings }) => ({ name: age, value: findings, color: NEUTRAL }));
  return barPlot("Open findings by age", bars, document);
}

/** Plots noncompliant patches by node. */
export function nodePlot(nodes: readonly NodeCount[], document: ReportDocument): ReportElement {
  const bars = nodes.map(({ nodeId, computerName = nodeId, patches, severity }) => {
    const { shape, color } = SEVERITY_STYLES[severity];
    return { name: `${shape} ${computerName}`, value: patches, color };
  });
  return barPlot("Nodes with the most noncompliant patches", bars, document);
}

/** Plots nodes by patch. */
export function patchPlot(patches: readonly PatchCount[], document: ReportDocument): ReportElement {
  const bars = patches.map(({ patch, nodes }) => ({ name: patch, value: nodes, color: NEUTRAL }));
  return barPlot("Patches that affect the most nodes", bars, document);
}

/** Plots one horizontal bar per value, with the number beside it. Screen readers read the description. */
function barPlot(title: string, bars: readonly Bar[], document: ReportDocument): ReportElement {
  const rows = bars.map(({ name, ...bar }, row) => ({ ...bar, name: shortened(name, MAX_NAME_LENGTH), row }));
  const figure: unknown = plot({
    document: document as never,
    className: "plot",
    ariaLabel: title,
    ariaDescription: rows.map(({ name, value }) => `${name}: ${value}`).join("; "),
    width: WIDTH,
    height: rows.length * ROW_HEIGHT + 20,
    marginLeft: 210,
    marginTop: 10,
    marginBottom: 10,
    marginRight: 50,
    style: { fontSize: "12px" },
    x: { axis: null, domain: [0, Math.max(1, ...rows.map(({ value }) => value))] },
    y: { label: null, padding: 0.25, tickFormat: (row: number) => rows[row]?.name ?? "" },
    marks: [
      barX(rows, { y: "row", x: "value", fill: "color", stroke: "currentColor", strokeWidth: 0.5 }),
      text(rows, { y: "row", x: "value", text: "value", dx: 5, textAnchor: "start" }),
    ],
  });
  const svg = figure as ReportElement;
  svg.setAttribute("role", "img");
  // Plot labels its groups, but a group without a role must not have a label (ARIA). The whole picture has one.
  for (const group of svg.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label");
  return svg;
}
