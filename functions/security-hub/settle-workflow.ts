import type { Logger } from "@aws-lambda-powertools/logger";
import type { StoredFinding } from "./asff/stored-finding.ts";
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
  /** True if the deployment has exceptions, so that its role may suppress findings. */
  readonly maySuppress: boolean;
}

/** Security Hub shows an import only after a moment. The next sweep resolves findings that are not shown by then. */
const MAX_READS = 3;
const PAUSE_MS = 2_000;
/** Error codes of BatchUpdateFindings for internal errors (API reference, "BatchUpdateFindingsUnprocessedFinding"). */
const INTERNAL_ERRORS = new Set(["ConcurrentUpdateError", "InternalFailure"]);

/** A finding that this run has written, whose workflow status may have to change. */
export interface Written {
  readonly id: string;
  /** Returns whether Security Hub shows it as it was written, or as somebody wrote it later. */
  readonly isShown: (finding: StoredFinding) => boolean;
  /** Why it was written, in words. */
  readonly reason: string;
}

/**
 * Sets the workflow status that findings should have. Findings that this run wrote are read again first: the status
 * follows only what Security Hub shows.
 *
 * @param stored the program's other findings
 * @param written the findings that this run closed, or whose exceptions changed
 * @returns all updates, if all failed twice with an internal error. Otherwise none: the next execution sets the rest
 * @example
 * const unset = await settleWorkflow(productArn(scope), stored, closedIds, ports);
 */
export async function settleWorkflow(
  productArn: string,
  stored: readonly StoredFinding[],
  written: readonly Written[],
  ports: WorkflowPorts,
): Promise<readonly UpdateFailure[]> {
  const settled = [...stored, ...(await readWritten(productArn, written, ports))];
  const reasonOf = new Map(written.map(({ id, reason }) => [id, reason]));
  const updates = settled.flatMap((finding): WorkflowUpdate[] => {
    const due = finding.Id === undefined ? undefined : workflowDue(finding, reasonOf.get(finding.Id));
    if (due?.status === "SUPPRESSED" && !ports.maySuppress) return [];
    return due === undefined || finding.Id === undefined ? [] : [{ id: finding.Id, productArn, ...due }];
  });
  return updateAll(updates, ports);
}

async function readWritten(productArn: string, written: readonly Written[], { hub, logger, pause }: WorkflowPorts) {
  const found: StoredFinding[] = [];
  let waiting = new Map(written.map((one) => [one.id, one]));
  for (let reads = 0; reads < MAX_READS && waiting.size > 0; reads++) {
    if (reads > 0) await pause(PAUSE_MS);
    const read = await hub.findings(productArn, [...waiting.keys()]);
    const shown = read.filter((finding) => waiting.get(finding.Id ?? "")?.isShown(finding) === true);
    found.push(...shown);
    waiting = new Map([...waiting].filter(([id]) => !shown.some(({ Id }) => Id === id)));
  }
  for (const id of waiting.keys()) {
    logger.warn("written finding not shown yet; the next sweep sets its workflow status", { id });
  }
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
