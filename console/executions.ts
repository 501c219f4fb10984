/** The list of executions, filtered. */
import * as z from "zod";
import {
  EXECUTION_GROUPS,
  type ExecutionAnswer,
  type ExecutionDetails,
  type ExecutionGroup,
  type ExecutionQuery,
  type ExecutionRow,
  type ExecutionsPage,
} from "./api.ts";
import { pageOf } from "./paging.ts";

/** An execution that can be listed. Its row is made only if it is shown. */
export interface ListedExecution {
  readonly status: ExecutionRow["status"];
  /** Absent if it is not known. */
  readonly parked?: boolean;
  readonly hasNode: (nodeId: string) => boolean;
  readonly row: () => ExecutionRow;
}

/** Nodes that are named. An execution for a maintenance window can have thousands. */
const MOST_NODES = 50;

const fromAddress = z.object({
  page: z.coerce.number().int().min(1).max(1_000_000).catch(1),
  status: z.enum(EXECUTION_GROUPS).optional().catch(undefined),
  node: z.string().min(1).max(100).optional().catch(undefined),
});

/** Reads a query from the parameters of a link. What it cannot read has no effect. */
export function executionQuery(params: Readonly<Record<string, string>>): ExecutionQuery {
  const { page, status, node } = fromAddress.parse(params);
  return { page, ...(status !== undefined && { status }), ...(node !== undefined && { node }) };
}

/** Returns one page of executions. @param executions in the order of the list */
export function executionsPage(
  executions: readonly ListedExecution[],
  { page, status, node }: ExecutionQuery,
): ExecutionsPage {
  const withNode = node === undefined ? executions : executions.filter(({ hasNode }) => hasNode(node));
  const byStatus = { running: 0, succeeded: 0, failed: 0, parked: 0 };
  for (const execution of withNode) for (const group of groupsOf(execution)) byStatus[group] += 1;
  const passing = status === undefined ? withNode : withNode.filter((one) => groupsOf(one).includes(status));
  const shown = pageOf(passing, String(page - 1));
  return { ...shown, rows: shown.rows.map(({ row }) => row()), byStatus, all: withNode.length };
}

function groupsOf({ status, parked = false }: ListedExecution): ExecutionGroup[] {
  const group = status === "RUNNING" ? "running" : status === "SUCCEEDED" ? "succeeded" : "failed";
  return parked ? [group, "parked"] : [group];
}

/** Returns an execution without the payloads of its events, which the page reads one by one. */
export function executionAnswer({ events, nodeIds, ...details }: ExecutionDetails): ExecutionAnswer {
  return {
    ...details,
    nodes: nodeIds.length,
    nodeIds: nodeIds.slice(0, MOST_NODES),
    events: events.map(({ payload, ...event }) => (payload === undefined ? event : { ...event, hasPayload: true })),
  };
}
