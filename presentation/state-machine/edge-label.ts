/** The size of an edge's label. */
import { textWidth } from "./text-width.ts";

export const LABEL_FONT_SIZE = 11;
export const LABEL_HEIGHT = 16;

/** With a little room at both sides; 0 without a label. */
export function labelWidth(label: string | undefined): number {
  return label === undefined ? 0 : textWidth(label, LABEL_FONT_SIZE) + 8;
}
