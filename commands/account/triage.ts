/** Writes what people decide about findings to Security Hub. */
import { chunks } from "../../functions/runtime/chunks.ts";
import type { SecurityHub } from "../../functions/security-hub/security-hub.ts";
import type { UpdateFailure } from "../../functions/security-hub/workflow-update.ts";
import type { TriageUpdate } from "../../presentation/findings/triage-plan.ts";

/** What became of one update. */
export interface TriageResult {
  readonly update: TriageUpdate;
  /** Why the finding was not written. Absent: it was. */
  readonly failure?: Pick<UpdateFailure, "code" | "message">;
}

/** BatchUpdateFindings takes 100 findings, with one status and note for all of them (API reference). */
const MOST_PER_CALL = 100;
/** Codes of UnprocessedFindings that another call may not have (API reference, "BatchUpdateFindingsUnprocessedFinding"). */
const PASSING = new Set(["ConcurrentUpdateError", "InternalFailure"]);

/**
 * Writes updates, and yields the result of each after its call. The administrator account may write the findings of its
 * members, in the aggregation Region also those of linked Regions.
 *
 * @param updates from {@link triagePlan}, which leaves out findings that are not this program's
 * @throws {Error} if a whole call failed; the results before it are certain
 * @example for await (const { update, failure } of writeTriage(hub, updates)) ...
 */
export async function* writeTriage(
  hub: Pick<SecurityHub, "updateWorkflow">,
  updates: readonly TriageUpdate[],
): AsyncGenerator<TriageResult> {
  const alike = Map.groupBy(updates, ({ status, note }) => JSON.stringify([status, note]));
  for (const group of alike.values()) {
    for (const batch of chunks(group, MOST_PER_CALL)) {
      const failures = new Map((await writeBatch(hub, batch)).map((failure) => [failure.id, failure]));
      for (const update of batch) {
        const failure = failures.get(update.id);
        yield { update, ...(failure && { failure }) };
      }
    }
  }
}

/** Repeats once what another writer or Security Hub itself prevented. */
async function writeBatch(
  hub: Pick<SecurityHub, "updateWorkflow">,
  batch: readonly TriageUpdate[],
): Promise<UpdateFailure[]> {
  const failures = await hub.updateWorkflow(batch);
  const again = new Set(failures.filter(({ code }) => PASSING.has(code)).map(({ id }) => id));
  if (again.size === 0) return failures;
  const lasting = await hub.updateWorkflow(batch.filter(({ id }) => again.has(id)));
  return [...failures.filter(({ id }) => !again.has(id)), ...lasting];
}
