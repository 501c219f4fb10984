import { userInfo } from "node:os";
import { InputError } from "../../command-line/input-error.ts";
import type { TriageRequest } from "../../console/source.ts";
import { findingView } from "../../presentation/findings/finding-view.ts";
import { triagePlan, triageProblem, type TriageUpdate } from "../../presentation/findings/triage-plan.ts";
import { planInWords } from "../../presentation/findings/triage-words.ts";
import type { Run } from "../run/run.ts";

/** BatchUpdateFindings takes 100 findings (API reference). */
const MOST_PER_CALL = 100;

interface LocalTriage {
  /** What was changed and what was not, one line each. */
  readonly said: string;
  /** Number of findings that were changed. */
  readonly changed: number;
}

/**
 * Sets workflow statuses in Security Hub of the run, as a person does who is signed in to the account.
 *
 * @throws {InputError} if the request is invalid, or Security Hub is unavailable
 */
export function triageLocally(run: Run, { findings, by, replaceNotes = false, ...asked }: TriageRequest): LocalTriage {
  const request = { ...asked, by: by ?? userName(), replaceNotes };
  const problem = triageProblem(request);
  if (problem !== undefined) throw new InputError(problem);
  if (!run.controls.hubAnswers) throw new InputError("Security Hub is unavailable, so nothing was changed");
  const wanted = new Set(findings.map(({ id, productArn }) => JSON.stringify([id, productArn])));
  const views = run.hub.held().flatMap((finding) => findingView(finding) ?? []);
  const chosen = views.filter(({ id, productArn }) => wanted.has(JSON.stringify([id, productArn])));
  const plan = triagePlan(chosen, request);
  for (const alike of Map.groupBy(plan.updates, ({ note }) => JSON.stringify(note ?? null)).values()) {
    for (let at = 0; at < alike.length; at += MOST_PER_CALL) write(run, alike.slice(at, at + MOST_PER_CALL));
  }
  return { said: planInWords(plan, "done").join("\n"), changed: plan.updates.length };
}

/** Writes findings that get the same status and note. */
function write({ hub, fleet: { account, region } }: Run, updates: readonly TriageUpdate[]): void {
  const [first] = updates;
  if (first === undefined) return;
  const input = {
    FindingIdentifiers: updates.map(({ id, productArn }) => ({ Id: id, ProductArn: productArn })),
    Workflow: { Status: first.status },
    ...(first.note !== undefined && { Note: { Text: first.note.text, UpdatedBy: first.note.updatedBy } }),
  };
  hub.call("BatchUpdateFindings", input, { account, region, roleArn: `arn:aws:iam::${account}:role/person` });
}

/** Returns the name of the person at this machine. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user without a name.
    return "console user";
  }
}
