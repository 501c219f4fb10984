import type { MiddlewareHandler } from "hono";
import type { ConsoleSource } from "./source.ts";

/** A read of the source failed. The message says why, in one sentence for a person. */
export class ReadFailure extends Error {
  override readonly name = "ReadFailure";
  /** 503 if nothing could ever be read, 502 if the last findings stay. */
  readonly status: 502 | 503;

  constructor(message: string, status: 502 | 503) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads the findings again.
 *
 * @throws {ReadFailure} if they could not be read
 */
export async function readAgain({ findings }: ConsoleSource, refresh: () => Promise<void>): Promise<void> {
  await refresh();
  const { problem, incomplete, findings: all } = findings();
  if (problem !== undefined) throw new ReadFailure(problem, incomplete === true && all.length === 0 ? 503 : 502);
}

/** Reads the findings before an answer that a program takes as all of them, if they were never read completely. */
export function readFirst(source: ConsoleSource): MiddlewareHandler {
  return async (context, next) => {
    const { refresh, findings } = source;
    const isFirstPage = context.req.query("token") === undefined;
    if (refresh !== undefined && isFirstPage && findings().incomplete === true) {
      await readAgain(source, refresh).catch((error: unknown) => {
        // What was read of a first read that failed is shown with its problem.
        if (!(error instanceof ReadFailure) || error.status === 503) throw error;
      });
    }
    await next();
  };
}
