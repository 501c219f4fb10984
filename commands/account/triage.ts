/** Writes what people decide about findings to Security Hub. */
import { chunks } from "../../functions/runtime/chunks.ts";
import type { SecurityHub } from "../../functions/security-hub/security-hub.ts";
import type { UpdateFailure } from "../../functions/security-hub/workflow-update.ts";
import { findingView, type FindingView } from "../../presentation/findings/finding-view.ts";
import {
  hasUpdate,
  NOT_FOUND,
  planAgain,
  type SkipReason,
  type TriageRequest,
  type TriageUpdate,
} from "../../presentation/findings/triage-plan.ts";

/** What became of one finding: it was written with `update`, refused with `failure`, or left alone because of `skip`. */
export type TriageResult = { readonly view: FindingView } & (
  | { readonly update: TriageUpdate; readonly failure?: undefined; readonly skip?: undefined }
  | { readonly failure: Pick<UpdateFailure, "code" | "message">; readonly skip?: undefined }
  | { readonly skip: SkipReason; readonly failure?: undefined }
);

type TriageHub = Pick<SecurityHub, "findings" | "updateWorkflow">;

/** BatchUpdateFindings takes 100 findings, with one status and note for all of them (API reference). */
const MOST_PER_CALL = 100;
/** Codes of UnprocessedFindings that another call may not have (API reference, "BatchUpdateFindingsUnprocessedFinding"). */
const PASSING = new Set(["ConcurrentUpdateError", "InternalFailure"]);

/**
 * Writes findings, and yields the result of each after its call. Reads 100 findings again before it writes them, and leaves
 * alone those that somebody changed since the person saw them. The administrator account may write the findings of its
 * members, in the aggregation Region also those of linked Regions.
 *
 * @param seen the findings as the person saw them
 * @throws {Error} if a whole call failed; the results before it are certain
 * @example for await (const { view, failure, skip } of writeTriage(hub, views, request)) ...
 */
export async function* writeTriage(
  hub: TriageHub,
  seen: readonly FindingView[],
  request: TriageRequest,
): AsyncGenerator<TriageResult> {
  for (const batch of chunks(seen, MOST_PER_CALL)) {
    const { updates, skips, gone } = planAgain(batch, await readAgain(hub, batch), request);
    for (const { view, reason } of skips) yield { view, skip: reason };
    for (const view of gone) yield { view, failure: NOT_FOUND };
    for (const alike of Map.groupBy(updates, ({ note }) => JSON.stringify(note ?? null)).values()) {
      yield* write(hub, alike, request);
    }
  }
}

/** Yields what is certain before it repeats the rest once: what another writer or Security Hub itself prevented. */
async function* write(
  hub: TriageHub,
  updates: readonly TriageUpdate[],
  request: TriageRequest,
): AsyncGenerator<TriageResult> {
  const failures = await failuresOf(hub, updates);
  const passes = ({ id }: TriageUpdate) => PASSING.has(failures.get(id)?.code ?? "");
  for (const update of updates) if (!passes(update)) yield resultOf(update, failures);
  const again = updates.filter(passes);
  if (again.length > 0) yield* writeAgain(hub, again, request);
}

/** The other writer may have been a person, so the findings are read again before this too. */
async function* writeAgain(
  hub: TriageHub,
  again: readonly TriageUpdate[],
  request: TriageRequest,
): AsyncGenerator<TriageResult> {
  const views = again.map(({ view }) => view);
  const current = await readAgain(hub, views);
  const isWritten = (update: TriageUpdate) =>
    current.some((view) => view.id === update.id && view.productArn === update.productArn && hasUpdate(view, update));
  for (const update of again) if (isWritten(update)) yield { view: update.view, update };
  const open = again.filter((update) => !isWritten(update)).map(({ view }) => view);
  const { updates, skips, gone } = planAgain(open, current, request);
  for (const { view, reason } of skips) yield { view, skip: reason };
  for (const view of gone) yield { view, failure: NOT_FOUND };
  if (updates.length === 0) return;
  const lasting = await failuresOf(hub, updates);
  for (const update of updates) yield resultOf(update, lasting);
}

function resultOf(update: TriageUpdate, failures: ReadonlyMap<string, UpdateFailure>): TriageResult {
  const { view, id } = update;
  const failure = failures.get(id);
  return failure === undefined ? { view, update } : { view, failure };
}

async function failuresOf(hub: TriageHub, updates: readonly TriageUpdate[]): Promise<Map<string, UpdateFailure>> {
  return new Map((await hub.updateWorkflow(updates)).map((failure) => [failure.id, failure]));
}

async function readAgain(hub: TriageHub, seen: readonly FindingView[]): Promise<FindingView[]> {
  const views: FindingView[] = [];
  for (const [productArn, some] of Map.groupBy(seen, (view) => view.productArn)) {
    const ids = some.map(({ id }) => id);
    const found = await hub.findings(productArn, ids);
    views.push(...found.flatMap((finding) => findingView(finding) ?? []));
  }
  return views;
}
