/** A state machine's picture as an SVG file that stands alone: light or dark as the reader's system is. */
import { counted } from "../../contract/counted.ts";
import { edgePath, round } from "./edge-path.ts";
import { LABEL_FONT_SIZE, LABEL_HEIGHT, labelWidth } from "./edge-label.ts";
import { DETAIL_FONT_SIZE, DETAIL_LINE, NAME_FONT_SIZE, NAME_LINE, PADDING, POINT, RETRY_MARK } from "./state-box.ts";
import type { StateEdge, StateMachineLayout, StateNode } from "./layout.ts";
import { textWidth } from "./text-width.ts";

const STYLE = `
svg { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --quiet: #59636e; --line: #6e7781;
  --function: #ddf4ff; --function-line: #0969da; --queue: #fff1d6; --queue-line: #9a6700; --choice: #f3ecff;
  --choice-line: #8250df; --plain: #f6f8fa; --plain-line: #6e7781; --catch: #bc4c00;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #0d1117; --ink: #f0f6fc; --quiet: #9198a1; --line: #8b949e; --function: #0c2d4d;
    --function-line: #4493f8; --queue: #3b2a0a; --queue-line: #d29922; --choice: #2b1d47; --choice-line: #ab7df8;
    --plain: #161b22; --plain-line: #8b949e; --catch: #f0883e; } }
.paper { fill: var(--paper); }
.box { fill: var(--plain); stroke: var(--plain-line); stroke-width: 1.25; }
.function .box { fill: var(--function); stroke: var(--function-line); }
.queue .box { fill: var(--queue); stroke: var(--queue-line); }
.choice .box { fill: var(--choice); stroke: var(--choice-line); }
.map .box { stroke-dasharray: 5 3; }
.start .box { fill: var(--line); stroke: none; }
.name { font-size: ${NAME_FONT_SIZE}px; font-weight: 600; fill: var(--ink); }
.detail { font-size: ${DETAIL_FONT_SIZE}px; fill: var(--quiet); }
.edge path { fill: none; stroke: var(--line); stroke-width: 1.5; }
.edge.catch path { stroke: var(--catch); stroke-width: 1.25; }
.head { fill: var(--line); }
.catch-head { fill: var(--catch); }
.label rect { fill: var(--paper); }
.label text { font-size: ${LABEL_FONT_SIZE}px; fill: var(--ink); text-anchor: middle; }
.label.catch text { fill: var(--catch); }
.retries text { font-size: ${DETAIL_FONT_SIZE}px; fill: var(--quiet); }
.retries path { fill: none; stroke: var(--quiet); stroke-width: 1.25; }
`.trim();

/**
 * @param title what the picture is called; its description for those who cannot see it follows from the layout
 * @returns the text of an SVG file, the same for the same layout
 */
export function stateMachineSvg(layout: StateMachineLayout, title: string): string {
  const [width, height] = [Math.ceil(layout.width), Math.ceil(layout.height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description(layout))}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    stateMachineDrawing(layout),
    "</svg>",
    "",
  ].join("\n");
}

/** What is said about one execution in a picture of its state machine. */
interface Marks {
  /** Class names for a state's box. */
  state(name: string): string;
  /** Class names for a transition. */
  edge(from: string, to: string): string;
}

const NO_MARKS: Marks = { state: () => "", edge: () => "" };

/** The same picture without style and frame, for a page that has its own. @returns markup for the inside of an SVG element */
export function stateMachineDrawing(layout: StateMachineLayout, marks = NO_MARKS): string {
  // A Map's box would cover the lines between the states inside it.
  const [maps, others] = [true, false].map((isMap) => layout.states.filter(({ kind }) => (kind === "map") === isMap));
  return [
    `<defs>${arrowHead("head")}${arrowHead("catch-head")}</defs>`,
    ...(maps ?? []).map((state) => box(state, marks)),
    ...layout.edges.map((edge) => line(edge, marks)),
    ...(others ?? []).map((state) => box(state, marks)),
    ...layout.edges.flatMap(label),
  ].join("\n");
}

/** What the picture shows, in words: where it begins, and where each state leads to. */
function description({ edges }: StateMachineLayout): string {
  return edges
    .map(({ from, to, label: condition }) => {
      const when = condition === undefined ? "" : `, ${condition}`;
      return from === "" ? `Begins with ${to}.` : `From ${from}${when}: to ${to}.`;
    })
    .join(" ");
}

function arrowHead(id: string): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="${id}" d="M0,0.5L8,4L0,7.5Z"/></marker>`;
}

function line({ from, to, kind, points }: StateEdge, marks: Marks): string {
  const head = kind === "catch" ? "catch-head" : "head";
  return `<g class="${classes("edge", kind, marks.edge(from, to))}"><path d="${edgePath(points)}" marker-end="url(#${head})"/></g>`;
}

function label({ kind, label: text, labelAt }: StateEdge): string[] {
  if (text === undefined || labelAt === undefined) return [];
  const width = labelWidth(text);
  const [x, y] = [round(labelAt.x), round(labelAt.y)];
  const ground = `<rect x="${round(x - width / 2)}" y="${y - LABEL_HEIGHT / 2}" width="${width}" height="${LABEL_HEIGHT}"/>`;
  return [`<g class="label ${kind}">${ground}<text x="${x}" y="${y + 4}">${escaped(text)}</text></g>`];
}

function box(state: StateNode, marks: Marks): string {
  const title = state.comment === undefined ? "" : `<title>${escaped(state.comment)}</title>`;
  const text = state.kind === "start" ? "" : `${nameLine(state)}${state.detail.map(detailLine(state)).join("")}`;
  return `<g class="${classes(state.kind, marks.state(state.name))}">${title}${shape(state)}${text}</g>`;
}

/** Kinds differ in their shape, not in their colour alone. */
function shape({ kind, x, y, width, height }: StateNode): string {
  const [left, top, right, bottom] = [x - width / 2, y - height / 2, x + width / 2, y + height / 2].map(round);
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return "";
  const rectangle = (radius: number) =>
    `<rect class="box" x="${left}" y="${top}" width="${round(width)}" height="${round(height)}" rx="${radius}"/>`;
  switch (kind) {
    case "choice": {
      const [from, to] = [left + POINT, right - POINT].map(round);
      const middle = round(y);
      return `<path class="box" d="M${from},${top}H${to}L${right},${middle}L${to},${bottom}H${from}L${left},${middle}Z"/>`;
    }
    case "queue": {
      const bars = [left + 5, right - 5].map((bar) => `M${round(bar)},${top}V${bottom}`).join("");
      return `${rectangle(2)}<path class="box" d="${bars}"/>`;
    }
    case "start":
    case "end":
    case "wait":
      return rectangle(round(height / 2));
    case "function":
    case "question":
    case "pass":
    case "map":
      return rectangle(6);
  }
}

function nameLine(state: StateNode): string {
  const mark = state.retriers > 0 ? RETRY_MARK : 0;
  const y = round(state.y - state.height / 2 + PADDING / 2 + NAME_LINE - 5);
  const text = `<text class="name" x="${round(state.x - mark / 2)}" y="${y}" text-anchor="middle">${escaped(state.label)}</text>`;
  return mark === 0 ? text : `${text}${retryMark(state, y)}`;
}

/** A turning arrow and the number of rules for retries. */
function retryMark({ x, label: name, retriers }: StateNode, y: number): string {
  const left = round(x - RETRY_MARK / 2 + textWidth(name, NAME_FONT_SIZE, true) / 2 + 8);
  const arrow = `<path d="M${left + 9},${y - 6.5}A4.5,4.5 0 1 0 ${left + 9},${y - 2}M${left + 9.5},${y - 10}V${y - 6}H${left + 5.5}"/>`;
  const words = counted(retriers, "retry rule");
  return `<g class="retries"><title>${words}</title>${arrow}<text x="${round(left + 12)}" y="${y}">${retriers}</text></g>`;
}

function detailLine(state: StateNode): (line: string, index: number) => string {
  const first = state.y - state.height / 2 + PADDING / 2 + NAME_LINE;
  return (text, index) =>
    `<text class="detail" x="${round(state.x)}" y="${round(first + (index + 1) * DETAIL_LINE - 3)}" text-anchor="middle">${escaped(text)}</text>`;
}

const classes = (...names: readonly string[]): string => escaped(names.filter((name) => name !== "").join(" "));

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Names and comments are no markup. Characters that XML does not allow become a replacement character. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\x20-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
