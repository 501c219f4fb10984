import * as z from "zod";
import type { TriageAnswer } from "../../console/api.ts";
import { chunks } from "../../functions/runtime/chunks.ts";
import type { TriageRequest, TriageUpdate } from "../../presentation/findings/triage-plan.ts";
import type { TriageResult } from "../account/triage.ts";
import { answerOf } from "./local-answer.ts";

const answerSchema = z.object({
  /** The findings that were not written. */
  failures: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
}) satisfies z.ZodType<Pick<TriageAnswer, "failures">>;

/** The console takes 5,000 findings in a request. With fewer, a person sees the progress. */
const MOST_PER_REQUEST = 100;

/**
 * Writes updates to a local run, and yields the result of each. The run decides by the same rules which notes stay.
 *
 * @throws {Error} if the run does not answer as expected
 * @example for await (const { update } of writeLocalTriage("http://127.0.0.1:35083", updates, request)) ...
 */
export async function* writeLocalTriage(
  origin: string,
  updates: readonly TriageUpdate[],
  { status, note, by, replaceNotes }: TriageRequest,
): AsyncGenerator<TriageResult> {
  for (const batch of chunks(updates, MOST_PER_REQUEST)) {
    const findings = batch.map(({ id, productArn }) => ({ id, productArn }));
    const failures = await post(`${origin}/api/triage`, { findings, status, note, by, replaceNotes });
    for (const update of batch) {
      const failure = failures.find(({ id }) => id === update.id);
      yield { update, ...(failure && { failure }) };
    }
  }
}

async function post(url: string, body: object) {
  const headers = { "content-type": "application/json" };
  const response = await answerOf(url, { method: "POST", headers, body: JSON.stringify(body) });
  const content: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const { message } = Object(content) as { readonly message?: unknown };
    const why = typeof message === "string" ? `: ${message}` : "";
    throw new Error(`${url} answered with status ${response.status}; expected 200${why}`);
  }
  const parsed = answerSchema.safeParse(content);
  if (!parsed.success) throw new Error(`${url} did not answer with the result; give the address that npm start prints`);
  return parsed.data.failures;
}
