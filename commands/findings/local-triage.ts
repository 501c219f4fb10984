import * as z from "zod";
import type { TriageAnswer } from "../../console/api.ts";
import { chunks } from "../../functions/runtime/chunks.ts";
import type { FindingView } from "../../presentation/findings/finding-view.ts";
import {
  NOT_FOUND,
  planAgain,
  SKIP_REASONS,
  type TriageRequest,
  type TriageUpdate,
} from "../../presentation/findings/triage-plan.ts";
import type { TriageResult } from "../account/triage.ts";
import { answerOf } from "./local-answer.ts";

const answerSchema = z.object({
  failures: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
  skipped: z.array(
    z.object({ id: z.string(), reason: z.enum([...SKIP_REASONS, "keptNote"]), noteOf: z.string().exactOptional() }),
  ),
}) satisfies z.ZodType<Pick<TriageAnswer, "failures" | "skipped">>;
type Answer = z.output<typeof answerSchema>;

/** The console takes 5,000 findings in a request. With fewer, a person sees the progress. */
const MOST_PER_REQUEST = 100;

/**
 * Writes findings to a local run or a console, and yields the result of each as the server answers it. Findings that changed
 * since the person saw them are left alone, here and by the server.
 *
 * @param seen the findings as the person saw them
 * @param readAgain returns all findings as the server has them now
 * @throws {Error} if the server does not answer as expected
 * @example for await (const { view, skip } of writeLocalTriage(origin, views, request, readAgain)) ...
 */
export async function* writeLocalTriage(
  origin: string,
  seen: readonly FindingView[],
  request: TriageRequest,
  readAgain: () => Promise<readonly FindingView[]>,
): AsyncGenerator<TriageResult> {
  const { status, note, by, replaceNotes } = request;
  for (const batch of chunks(seen, MOST_PER_REQUEST)) {
    const { updates, skips, gone } = planAgain(batch, await readAgain(), request);
    for (const { view, reason } of skips) yield { view, skip: reason };
    for (const view of gone) yield { view, failure: NOT_FOUND };
    if (updates.length === 0) continue;
    const findings = updates.map(({ id, productArn }) => ({ id, productArn }));
    const answer = await post(`${origin}/api/triage`, { findings, status, note, by, replaceNotes });
    for (const update of updates) yield resultOf(update, answer);
  }
}

function resultOf(update: TriageUpdate, { failures, skipped }: Answer): TriageResult {
  const { view, id, productArn, status } = update;
  const failure = failures.find((one) => one.id === id);
  if (failure !== undefined) return { view, failure };
  const skip = skipped.find((one) => one.id === id);
  if (skip === undefined) return { view, update };
  if (skip.reason !== "keptNote") return { view, skip: skip.reason };
  return { view, update: { view, id, productArn, status, keptNoteOf: skip.noteOf ?? "somebody" } };
}

async function post(url: string, body: object): Promise<Answer> {
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
  return parsed.data;
}
