/**
 * How wide text will be where nothing can measure it. Widths are those of DejaVu Sans, the widest of the fonts that
 * `system-ui` stands for; in other fonts the text is narrower.
 */

const NARROW = /[ijlIft.,:;'|!()[\]{}\-/\\ "]/;
const WIDE = /[mwMW@%&+<>=~#≥≤…]/;
const CAPITAL = /[A-Z_]/;

/** In pixels. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  const ems = Array.from(text).reduce((sum, character) => sum + characterWidth(character), 0);
  return Math.ceil(ems * fontSize * (bold ? 1.12 : 1));
}

function characterWidth(character: string): number {
  if (WIDE.test(character)) return 0.98;
  if (NARROW.test(character)) return 0.4;
  if (CAPITAL.test(character)) return 0.74;
  return /[\x21-\x7e]/.test(character) ? 0.63 : 1.1;
}

/**
 * Breaks text between words into lines of about the same length.
 *
 * @param longest characters of a line; a longer word, and what is left after the last line, end with "…"
 */
export function wrap(text: string, longest: number, lines: number): string[] {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const wanted = Math.min(lines, Math.ceil(text.length / longest));
  for (let width = Math.ceil(text.length / Math.max(wanted, 1)); width < longest; width += 1) {
    const broken = filled(words, width);
    if (broken.length <= wanted && broken.every((line) => line.length <= width)) return broken;
  }
  const broken = filled(words, longest).map((line) => shortened(line, longest));
  if (broken.length <= lines) return broken;
  return [...broken.slice(0, lines - 1), shortened(`${broken[lines - 1] ?? ""}…`, longest)];
}

function filled(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function shortened(line: string, longest: number): string {
  const characters = Array.from(line);
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join("")}…`;
}
