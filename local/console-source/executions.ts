/** The executions of the state machine, for the console. */
import type { Execution } from "../services/step-functions/execution.ts";
import { changesOf, nodesOf, PARKING } from "../run/report.ts";
import type {
  ExecutionDetails,
  ExecutionQuery,
  ExecutionRow,
  ExecutionsPage,
  FindingChange,
} from "../../console/api.ts";
import type { FindingView } from "../../presentation/findings/finding-view.ts";
import { executionsPage } from "../../console/executions.ts";

/** Returns one page of executions, newest first. */
export function listExecutions(executions: readonly Execution[], query: ExecutionQuery): ExecutionsPage {
  const listed = executions.toReversed().map((execution) => ({
    status: execution.status,
    parked: execution.states.includes(PARKING),
    // The text first: reading the input of thousands of executions takes long.
    hasNode: (nodeId: string) =>
      mentions(execution, nodeId) && nodesOf(execution).some((node) => node.nodeId === nodeId),
    row: () => rowOf(execution),
  }));
  return executionsPage(listed, query);
}

function mentions({ input, published }: Execution, nodeId: string): boolean {
  return input.includes(nodeId) || published.length > 0;
}

export function executionDetails(execution: Execution): ExecutionDetails {
  const { cause, events } = execution;
  const nodeIds = nodesOf(execution).map(({ nodeId }) => nodeId);
  return { ...rowOf(execution), nodeIds, ...(cause !== undefined && { cause }), events };
}

/**
 * Returns what happened to one finding, newest first: changes by executions, executions that parked its node, and what
 * else is given. Of several checks in a row that changed nothing it returns the newest.
 */
export function historyOf(
  executions: readonly Execution[],
  { nodeId, kind }: Pick<FindingView, "nodeId" | "kind">,
  others: readonly FindingChange[] = [],
): FindingChange[] {
  const isBlindSpot = kind === "blindSpot";
  const all = executions.flatMap((execution): FindingChange[] => [
    ...changesOf(execution)
      .filter((change) => change.nodeId === nodeId && (change.kind === "blindSpot") === isBlindSpot)
      .map(({ action, reason }) => ({ time: publishedAt(execution), action, reason, execution: execution.name })),
    ...parkingOf(execution, nodeId),
  ]);
  return [...all, ...others]
    .toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time))
    .filter(({ action }, at, sorted) => action !== "unchanged" || sorted[at - 1]?.action !== "unchanged");
}

/** Returns when and why an execution parked a node, if it did. */
function parkingOf(execution: Execution, nodeId: string): FindingChange[] {
  const { name, states, events, startDate } = execution;
  if (!states.includes(PARKING) || !mentions(execution, nodeId)) return [];
  if (!nodesOf(execution).some((node) => node.nodeId === nodeId)) return [];
  const entered = events.find(({ type, state }) => type === "StateEntered" && state === PARKING);
  const error = events.findLast(({ type }) => type === "StateCaught")?.error;
  const time = new Date(entered?.timestamp ?? startDate.getTime()).toISOString();
  const reason = `moved to the outage queue${error === undefined ? "" : ` after the error ${error}`}`;
  return [{ time, action: "parked", reason, execution: name }];
}

function rowOf(execution: Execution): ExecutionRow {
  const { name, status, startDate, stopDate, error, states, events } = execution;
  return {
    name,
    status,
    nodes: nodesOf(execution).length,
    startDate: startDate.toISOString(),
    ...(stopDate !== undefined && { stopDate: stopDate.toISOString() }),
    retries: events.filter(({ type }) => type === "StateRetried").length,
    parked: states.includes(PARKING),
    ...(error !== undefined && { error }),
  };
}

/**
 * Returns when an execution published. An execution for a maintenance window publishes several times, and the last time
 * stands for all.
 */
function publishedAt({ events, startDate }: Execution): string {
  const last = events.findLast(({ type, state }) => type === "StateExited" && state === "Publish");
  return new Date(last?.timestamp ?? startDate.getTime()).toISOString();
}
