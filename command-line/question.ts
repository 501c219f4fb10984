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
    return /^y(?:es)?$/i.test((await Promise.race([terminal.question(question), closed])).trim());
  } finally {
    terminal.close();
  }
}
