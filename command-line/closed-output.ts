/** The reader of the output may stop reading, as `head` does: what is printed then is dropped, and the work goes on. */
const CLOSED = new Set(["EPIPE", "ERR_STREAM_DESTROYED"]);

let closed = (): void => undefined;
/** Resolves when nobody reads the output any more. */
export const outputClosed = new Promise<void>((resolve) => (closed = resolve));

/** Lets the process end with its own exit code, and with its files written, though nobody reads its output. */
export function outliveReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners("error").includes(dropClosedPipe)) stream.on("error", dropClosedPipe);
  }
}

function dropClosedPipe(error: NodeJS.ErrnoException): void {
  if (!CLOSED.has(error.code ?? "")) throw error;
  closed();
}
