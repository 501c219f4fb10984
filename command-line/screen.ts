import { UNSAFE } from "../presentation/findings/text.ts";
import type { Severity } from "../presentation/findings/finding-view.ts";
import { SEVERITY_STYLES } from "../presentation/findings/severity-style.ts";

/** The width of the output, and whether it shows colors. */
export interface Screen {
  /** Characters in a line. Undefined: unlimited, because the output is a file or a pipe. */
  readonly columns?: number;
  readonly color: boolean;
  /** The time at which findings are as old as shown. Default: now. */
  readonly now?: Date;
}

/**
 * Returns the screen behind an output. Colors need a terminal, and NO_COLOR turns them off.
 *
 * @example const screen = screenOf(process.stdout);
 */
export function screenOf(output: NodeJS.WriteStream): Screen {
  // hasColors reads NO_COLOR, FORCE_COLOR and TERM. A pipe has no such method.
  return output.isTTY ? { columns: output.columns, color: output.hasColors(256) } : { color: false };
}

/** Returns the severity in black on its color, which is readable on light and dark terminals. */
export function colored(label: Severity, { color }: Screen): string {
  return color ? `\u001b[30;48;5;${SEVERITY_STYLES[label].terminal}m${label}\u001b[0m` : label;
}

/**
 * Returns the words in lines of at most so many columns. A longer word is split.
 *
 * @param indent columns that the caller writes before each line
 * @example wrapped("3 missing; due 2026-11-30", { columns: 14, color: false }); // ["3 missing; due", "2026-11-30"]
 */
export function wrapped(text: string, { columns = Infinity }: Screen, indent = 0): string[] {
  const room = Math.max(1, columns - indent);
  const lines: string[] = [];
  let line = "";
  for (const word of text
    .replaceAll(UNSAFE, " ")
    .split(" ")
    .flatMap((each) => pieces(each, room))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length <= room) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function pieces(word: string, room: number): string[] {
  if (word.length <= room) return [word];
  const characters = Array.from(word);
  const count = Math.ceil(characters.length / room);
  return Array.from({ length: count }, (_, index) => characters.slice(index * room, (index + 1) * room).join(""));
}
