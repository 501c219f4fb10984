import { clearLine, cursorTo } from "node:readline";
import { UNSAFE } from "../presentation/findings/text.ts";

const BAR_WIDTH = 40;

/**
 * Draws progress towards a total, in nodes unless `unit` says otherwise. It draws on terminals only, and only when it is
 * updated: a timer would follow the virtual clock of an embedded run.
 * @example
 * const bar = progressBar(200);
 * bar.update(50);
 * bar.stop();
 */
export function progressBar(total: number, unit = "nodes"): { update(done: number): void; stop(): void } {
  const { stdout, stderr } = process;
  if (!stdout.isTTY || !stderr.isTTY || total === 0) return { update: () => undefined, stop: () => undefined };
  const update = (done: number): void => {
    const shown = Math.min(done, total);
    const filled = Math.floor((shown / total) * BAR_WIDTH);
    cursorTo(stderr, 0);
    stderr.write(`${"\u2588".repeat(filled).padEnd(BAR_WIDTH, "\u2591")} ${shown}/${total} ${unit}`);
    clearLine(stderr, 1);
  };
  const stop = (): void => {
    cursorTo(stderr, 0);
    clearLine(stderr, 0);
  };
  update(0);
  return { update, stop };
}

/** Returns text from outside in a form that cannot move the cursor, change colours or reverse the reading direction. */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, " ").slice(0, 500);
}

/** Splits words that are longer than a column, such as ARNs. cli-table3 wraps only between words and would cut them. */
export function breakable(text: string, width: number): string {
  return text
    .split(" ")
    .map((word) => word.match(new RegExp(`.{1,${width}}`, "gu"))?.join(" ") ?? "")
    .join(" ");
}
