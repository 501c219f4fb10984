import type { CommandInvocation } from "@aws-sdk/client-ssm";
import { patchDocument, mergeReferences, type NodeReference } from "../work/node-reference.ts";
import { MAX_NODES } from "../compliance/reading.ts";
import { MAX_WINDOW_BATCHES, type WindowCursor } from "../work/window-cursor.ts";
import { COMMAND_TOLERANCE_MS, runReference } from "../work/run-reference.ts";
import type { WindowRuns } from "./window-runs.ts";

/** The most pages that one batch reads. */
const MAX_READS = 200;

interface WindowBatch {
  /** At most 50 nodes, each once. */
  readonly references: readonly NodeReference[];
  /** Where the next batch starts. Absent after the last batch. */
  readonly cursor?: WindowCursor;
  /** True if the window has more nodes than one execution can take. */
  readonly cutOff: boolean;
}

/**
 * Reads the next nodes that a maintenance window patched: window execution -> Run Command tasks -> commands -> nodes.
 * Stops at 50 nodes, before a page that would exceed 50, or after 200 pages.
 *
 * @throws any error of a call, and {UnreadableMessage} for a node id that is malformed
 * @example
 * const { references, cursor } = await readWindowBatch(firstCursor(windowExecutionId), windowRuns());
 */
export async function readWindowBatch(start: WindowCursor, runs: WindowRuns): Promise<WindowBatch> {
  const tasks = await runs.commandTasks(start.windowExecutionId);
  const [first] = tasks;
  let at: WindowCursor | undefined = start.taskId === undefined && first !== undefined ? atTask(start, first) : start;
  const paged = rememberingCommands(runs);
  let found: NodeReference[] = [];
  for (let reads = 0; at?.taskId !== undefined && reads < MAX_READS; reads += 1) {
    const { nodes, next } = await readOn(at, at.taskId, tasks, paged);
    const merged = mergeReferences([...found, ...nodes]);
    if (merged.length > MAX_NODES) break;
    found = merged;
    at = next;
  }
  const cutOff = at?.taskId !== undefined && start.batches + 1 >= MAX_WINDOW_BATCHES;
  const cursor = at?.taskId === undefined || cutOff ? undefined : { ...at, batches: start.batches + 1 };
  return { references: found, ...(cursor && { cursor }), cutOff };
}

/** Keeps the last page of commands, because `readOn` asks for the same page once per command. */
function rememberingCommands(runs: WindowRuns): WindowRuns {
  let last: { key: string; answer: ReturnType<WindowRuns["commands"]> } | undefined;
  return {
    ...runs,
    commands: (...request) => {
      const key = JSON.stringify(request);
      if (last?.key !== key) last = { key, answer: runs.commands(...request) };
      return last.answer;
    },
  };
}

/** Reads one page of one command's nodes, and returns the cursor of the next page. */
async function readOn(at: WindowCursor, taskId: string, tasks: readonly string[], runs: WindowRuns) {
  const { windowExecutionId, page, skip, nodesPage } = at;
  const commands = await runs.commands(windowExecutionId, taskId, page);
  if (skip >= commands.items.length) {
    const next = commands.next === undefined ? afterTask(at, tasks) : { ...atTask(at, taskId), page: commands.next };
    return { nodes: [], next };
  }
  const command = commands.items[skip];
  const invocations = command === undefined ? { items: [] } : await runs.invocations(command, nodesPage);
  const here = { ...atTask(at, taskId), ...(page !== undefined && { page }) };
  const next =
    invocations.next === undefined ? { ...here, skip: skip + 1 } : { ...here, skip, nodesPage: invocations.next };
  return { nodes: invocations.items.flatMap(patchedNode), next };
}

function afterTask(at: WindowCursor, tasks: readonly string[]): WindowCursor | undefined {
  const next = tasks[tasks.findIndex((id) => id === at.taskId) + 1];
  return next === undefined ? undefined : atTask(at, next);
}

function atTask({ windowExecutionId, batches }: WindowCursor, taskId: string): WindowCursor {
  return { windowExecutionId, batches, taskId, skip: 0 };
}

/** Returns the reference to a patched node. Windows run other documents too; those are skipped. */
function patchedNode({ InstanceId, DocumentName, CommandId, Status, RequestedDateTime }: CommandInvocation) {
  if (patchDocument(DocumentName) === undefined) return [];
  return runReference({
    nodeId: InstanceId,
    document: DocumentName,
    operationId: CommandId,
    status: Status,
    requestedAt: RequestedDateTime?.getTime(),
    toleranceMs: COMMAND_TOLERANCE_MS,
  });
}
