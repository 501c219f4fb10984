import { once } from "node:events";
import { createInterface } from "node:readline/promises";

/**
 * Asks a person a question that is answered with yes or no. Anything but "y" and "yes" is a no, also Ctrl-C and the end of
 * the input.
 *
 * @example if (!(await isYes("Continue? [y/N] "))) return 0;
 */
export async function isYes(
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  const terminal = createInterface({ input, output });
  try {
    const closed = once(terminal, "close").then(() => "");
    // Newer versions of Node.js reject the question on Ctrl-C, older ones only close.
    const answer = terminal.question(question).catch(() => "");
    return /^y(?:es)?$/i.test((await Promise.race([answer, closed])).trim());
  } finally {
    terminal.close();
  }
}
