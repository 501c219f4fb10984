import type { Logger } from "@aws-lambda-powertools/logger";
import { isClosed, type StoredFinding } from "./asff/stored-finding.ts";
import { workflowDue } from "./asff/workflow-due.ts";
import type { Counter } from "../runtime/metrics.ts";
import type { SecurityHub } from "./security-hub.ts";
import type { UpdateFailure, WorkflowUpdate } from "./workflow-update.ts";

/** The services that setting the workflow status needs. */
export interface WorkflowPorts {
  readonly hub: Pick<SecurityHub, "findings" | "updateWorkflow">;
  readonly logger: Pick<Logger, "warn">;
  readonly counter: Counter;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** Security Hub shows an import only after a moment. The next sweep resolves findings that are not shown by then. */
const MAX_READS = 3;
const PAUSE_MS = 2_000;
/** Error codes of BatchUpdateFindings for internal errors (API reference, "BatchUpdateFindingsUnprocessedFinding"). */
const INTERNAL_ERRORS = new Set(["ConcurrentUpdateError", "InternalFailure"]);

/**
 * Sets the workflow status that findings should have. Findings that were just closed are read again first: only those
 * that Security Hub shows as passed and archived are resolved.
 *
 * @param stored the program's findings that this run did not close
 * @param closed Ids of findings that this run closed
 * @returns all updates, if all failed twice with an internal error. Otherwise none: the next execution sets the rest
 * @example
 * const unset = await settleWorkflow(productArn(scope), stored, closedIds, ports);
 */
export async function settleWorkflow(
  productArn: string,
  stored: readonly StoredFinding[],
  closed: readonly string[],
  ports: WorkflowPorts,
): Promise<readonly UpdateFailure[]> {
  const settled = [...stored, ...(await readClosed(productArn, closed, ports))];
  const updates = settled.flatMap((finding): WorkflowUpdate[] => {
    const due = finding.Id === undefined ? undefined : workflowDue(finding);
    return due === undefined || finding.Id === undefined ? [] : [{ id: finding.Id, productArn, ...due }];
  });
  return updateAll(updates, ports);
}

async function readClosed(productArn: string, closed: readonly string[], { hub, logger, pause }: WorkflowPorts) {
  const found: StoredFinding[] = [];
  let waiting = [...closed];
  for (let reads = 0; reads < MAX_READS && waiting.length > 0; reads++) {
    if (reads > 0) await pause(PAUSE_MS);
    const shown = (await hub.findings(productArn, waiting)).filter(isClosed);
    found.push(...shown);
    waiting = waiting.filter((id) => !shown.some(({ Id }) => Id === id));
  }
  for (const id of waiting) logger.warn("closed finding not shown yet; the next sweep resolves it", { id });
  return found;
}

/** Sends updates, and failed ones once more. If Security Hub refused an update with a note, the note is left out. */
async function updateAll(updates: readonly WorkflowUpdate[], ports: WorkflowPorts): Promise<readonly UpdateFailure[]> {
  const failures = await ports.hub.updateWorkflow(updates);
  const again = failures.flatMap(({ id, code }) => {
    const update = updates.find((candidate) => candidate.id === id);
    if (update === undefined || code === "FindingNotFound") return [];
    const { note, ...bare } = update;
    return INTERNAL_ERRORS.has(code) ? [update] : note === undefined ? [] : [bare];
  });
  const second = again.length === 0 ? [] : await ports.hub.updateWorkflow(again);
  const retried = new Set(again.map(({ id }) => id));
  const left = [...failures.filter(({ id }) => !retried.has(id)), ...second];
  for (const { id, code, message } of left) ports.logger.warn("workflow status not set", { id, code, message });
  const stuck = left.filter(({ code }) => INTERNAL_ERRORS.has(code));
  if (stuck.length > 0 && stuck.length === updates.length) return stuck;
  for (const { code } of left) if (code !== "FindingNotFound") ports.counter.count("WorkflowRefused");
  return [];
}
