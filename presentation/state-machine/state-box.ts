/** What stands in the box of a state, and how large the box must be for it. */
import type { GraphState } from "./graph.ts";
import { textWidth, wrap } from "./text-width.ts";

export const NAME_FONT_SIZE = 13;
export const DETAIL_FONT_SIZE = 11;
export const NAME_LINE = 18;
export const DETAIL_LINE = 14;
export const PADDING = 12;
/** A choice's box ends in points: so far its upper and lower side are shorter at each end. */
export const POINT = 14;
/** The mark of retries, right of the name. */
export const RETRY_MARK = 34;

const START_SIZE = 18;
/** Of a line. A choice is narrower, so that its branches leave by its points. */
const DETAIL_CHARACTERS = 36;
const CHOICE_CHARACTERS = 30;
const DETAIL_LINES = 3;

const KIND_WORDS = {
  function: "Lambda function",
  queue: "SQS message",
  question: "EC2 call",
  pass: "Pass",
  map: "For each item",
  choice: "Choice",
  wait: "Wait",
  end: "End",
  start: "Start",
} as const;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A few lines that explain the state: the first sentence of its comment, or else what kind of state it is. */
export function detailOf(state: GraphState): string[] {
  const sentence = /^.*?[.?!](?=\s|$)/.exec(state.comment ?? "")?.[0] ?? state.comment;
  const text = [state.waits, sentence].filter(Boolean).join(" ");
  if ((state.kind === "end" || state.kind === "start") && text === "") return [];
  const longest = state.kind === "choice" ? CHOICE_CHARACTERS : DETAIL_CHARACTERS;
  return wrap(text === "" ? KIND_WORDS[state.kind] : text, longest, DETAIL_LINES);
}

/** Height of the name and the lines under it. */
export function textHeight(detail: readonly string[]): number {
  return NAME_LINE + detail.length * DETAIL_LINE;
}

/** Returns the size that the text needs. What a Map runs for each item stands below its text and needs more. */
export function boxSize(state: GraphState, detail: readonly string[]): Size {
  if (state.kind === "start") return { width: START_SIZE, height: START_SIZE };
  const name = textWidth(state.name, NAME_FONT_SIZE, true) + (state.retriers > 0 ? RETRY_MARK : 0);
  const points = state.kind === "choice" ? POINT : 0;
  const text = Math.max(name, ...detail.map((line) => textWidth(line, DETAIL_FONT_SIZE)));
  return {
    // Even: the middle, where edges are joined, is a whole number in every box.
    width: 2 * (Math.ceil(text / 2) + PADDING + points),
    height: textHeight(detail) + PADDING,
  };
}
