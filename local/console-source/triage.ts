import * as z from "zod";
import { InputError } from "../../command-line/input-error.ts";
import type { TriageAnswer } from "../../console/api.ts";
import type { TriageRequest } from "../../console/source.ts";
import { findingView, type FindingView } from "../../presentation/findings/finding-view.ts";
import {
  triagePlan,
  triageProblem,
  notFound,
  type TriageFailure,
  type TriageUpdate,
} from "../../presentation/findings/triage-plan.ts";
import { skippedOf } from "../../console/skipped.ts";
import { planInWords } from "../../presentation/findings/triage-words.ts";
import type { Run } from "../run/run.ts";

/** BatchUpdateFindings takes 100 findings (API reference). */
const MOST_PER_CALL = 100;
/** Lines about single findings that were refused. */
const MOST_LINES = 10;

const answerSchema = z.object({
  UnprocessedFindings: z.array(
    z.object({ FindingIdentifier: z.object({ Id: z.string() }), ErrorCode: z.string(), ErrorMessage: z.string() }),
  ),
});

interface LocalTriage extends TriageAnswer {
  /** The findings that were changed, as they were before. */
  readonly changed: readonly FindingView[];
}

/**
 * Sets workflow statuses in Security Hub of the run, as a person does who is signed in to the account.
 *
 * @throws {InputError} if the request is invalid, or Security Hub is unavailable
 */
export function triageLocally(run: Run, { findings, replaceNotes = false, ...asked }: TriageRequest): LocalTriage {
  const request = { ...asked, replaceNotes };
  const problem = triageProblem(request);
  if (problem !== undefined) throw new InputError(problem);
  if (!run.controls.hubAnswers) throw new InputError("Security Hub is unavailable, so nothing was changed");
  const wanted = new Set(findings.map(({ id, productArn }) => JSON.stringify([id, productArn])));
  const views = run.hub.held().flatMap((finding) => findingView(finding) ?? []);
  const chosen = views.filter(({ id, productArn }) => wanted.has(JSON.stringify([id, productArn])));
  const plan = triagePlan(chosen, request);
  const refused: TriageFailure[] = [];
  for (const alike of Map.groupBy(plan.updates, ({ note }) => JSON.stringify(note ?? null)).values()) {
    for (let at = 0; at < alike.length; at += MOST_PER_CALL)
      refused.push(...write(run, alike.slice(at, at + MOST_PER_CALL)));
  }
  const isRefused = new Set(refused.map(({ id }) => id));
  const updates = plan.updates.filter(({ id }) => !isRefused.has(id));
  const lines = refused.map(({ id, code, message }) => `${id} was not written: ${code} ${message}`);
  return {
    message: [...planInWords({ ...plan, updates }, "done"), ...lines.slice(0, MOST_LINES)].join("\n"),
    failures: [...refused, ...notFound(findings, chosen)],
    skipped: skippedOf(plan.skips, updates),
    written: updates.length,
    changed: updates.map(({ view }) => view),
  };
}

/** Writes findings that get the same status and note. @returns those that Security Hub did not process */
function write({ hub, fleet: { account, region } }: Run, updates: readonly TriageUpdate[]): TriageFailure[] {
  const [first] = updates;
  if (first === undefined) return [];
  const input = {
    FindingIdentifiers: updates.map(({ id, productArn }) => ({ Id: id, ProductArn: productArn })),
    Workflow: { Status: first.status },
    ...(first.note !== undefined && { Note: { Text: first.note.text, UpdatedBy: first.note.updatedBy } }),
  };
  const caller = { account, region, roleArn: `arn:aws:iam::${account}:role/person` };
  const { UnprocessedFindings } = answerSchema.parse(hub.call("BatchUpdateFindings", input, caller));
  return UnprocessedFindings.map(({ FindingIdentifier: { Id }, ErrorCode, ErrorMessage }) => ({
    id: Id,
    code: ErrorCode,
    message: ErrorMessage,
  }));
}
