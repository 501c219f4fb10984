import type { Logger } from "@aws-lambda-powertools/logger";
import { isClosed, type StoredFinding } from "../finding/stored-finding.ts";
import { workflowDue } from "../finding/workflow-due.ts";
import type { Counter } from "../runtime/metrics.ts";
import type { SecurityHub } from "./security-hub.ts";
import type { UpdateFailure, WorkflowUpdate } from "./workflow-update.ts";

export interface WorkflowPorts {
  readonly hub: Pick<SecurityHub, "findings" | "updateWorkflow">;
  readonly logger: Pick<Logger, "warn">;
  readonly counter: Counter;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** An import shows in reads only after a moment; a close that does not by then is mended by the next sweep. */
const LOOKS = 3;
const PAUSE_MS = 2_000;
const TROUBLE_OF_ITS_OWN = new Set(["ConcurrentUpdateError", "InternalFailure"]);

/**
 * Sets the workflow status that findings should have. Just closed ones are read again first, so that only what
 * Security Hub itself shows as passed and archived is resolved.
 *
 * @param stored own findings as they were read, which this run did not close
 * @param closed Ids of findings that were just closed
 * @returns what failed, if all of it did for reasons of the service's own, and twice; nothing where some was set: the
 * rest of it waits for the next look at its nodes
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
  for (let look = 0; look < LOOKS && waiting.length > 0; look++) {
    if (look > 0) await pause(PAUSE_MS);
    const shown = (await hub.findings(productArn, waiting)).filter(isClosed);
    found.push(...shown);
    waiting = waiting.filter((id) => !shown.some(({ Id }) => Id === id));
  }
  for (const id of waiting) logger.warn("closed finding not shown yet; the next sweep resolves it", { id });
  return found;
}

/** What Security Hub does not process is sent once more; a note that it refuses is left out. */
async function updateAll(updates: readonly WorkflowUpdate[], ports: WorkflowPorts): Promise<readonly UpdateFailure[]> {
  const failures = await ports.hub.updateWorkflow(updates);
  const again = failures.flatMap(({ id, code }) => {
    const update = updates.find((one) => one.id === id);
    if (update === undefined || code === "FindingNotFound") return [];
    const { note, ...bare } = update;
    return TROUBLE_OF_ITS_OWN.has(code) ? [update] : note === undefined ? [] : [bare];
  });
  const second = again.length === 0 ? [] : await ports.hub.updateWorkflow(again);
  const retried = new Set(again.map(({ id }) => id));
  const left = [...failures.filter(({ id }) => !retried.has(id)), ...second];
  for (const { id, code, message } of left) ports.logger.warn("workflow status not set", { id, code, message });
  const stuck = left.filter(({ code }) => TROUBLE_OF_ITS_OWN.has(code));
  if (stuck.length > 0 && stuck.length === updates.length) return stuck;
  for (const { code } of left) if (code !== "FindingNotFound") ports.counter.count("WorkflowRefused");
  return [];
}
