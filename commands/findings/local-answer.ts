const TIMEOUT_MS = 30_000;

/** Sends a request to a local run. @throws {Error} if it does not answer in time. Default: within 30 seconds */
export async function answerOf(
  url: string,
  options: RequestInit = {},
  timeoutMs: number = TIMEOUT_MS,
): Promise<Response> {
  try {
    return await fetch(url, { ...options, redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    const why = cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error);
    throw new Error(`${url} does not answer: ${why}; start npm start, and give the address that it prints`, {
      cause: error,
    });
  }
}
