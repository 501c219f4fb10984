/** Ends the process without a word where the reader of its output has seen enough, as `head` does. */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listeners("error").includes(endAtClosedPipe)) continue;
    stream.on("error", endAtClosedPipe);
  }
}

function endAtClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
}
