/** Keeps a command running if the reader of its output stops reading, as `head` does. */

/** Codes of the errors that writing to a closed output causes. */
const CLOSED = new Set(["EPIPE", "ERR_STREAM_DESTROYED"]);

let closed = (): void => undefined;
/** Resolves when the reader has closed the output. */
export const outputClosed = new Promise<void>((resolve) => (closed = resolve));

/**
 * Drops output that has no reader any more. The process then still writes its files and ends with its own exit code.
 *
 * @example outliveReader(); // once, before the first output
 */
export function outliveReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners("error").includes(dropClosedPipe)) stream.on("error", dropClosedPipe);
  }
}

function dropClosedPipe(error: NodeJS.ErrnoException): void {
  if (!CLOSED.has(error.code ?? "")) throw error;
  closed();
}
