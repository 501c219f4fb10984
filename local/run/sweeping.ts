import { withoutExecution } from "./report.ts";
import type { Run } from "./run.ts";
import { untilQueuesAreEmpty } from "./settling.ts";

/**
 * Runs the sweep once and waits for its work. A sweep that finishes has compared every managed node, and its executions
 * cover those that differ.
 *
 * @returns the managed nodes that it did not reach, or none if the settings disable the sweep
 */
export async function sweepOnce(run: Run): Promise<string[]> {
  const before = run.cloud.executions().length;
  if (!(await run.cloud.runSchedule(run.program.sweepSchedule))) return [];
  await untilQueuesAreEmpty(run);
  if (run.cloud.usage.metrics.includes("SweepFinished")) return [];
  const nodeIds = run.fleet.nodes.map(({ InstanceId }) => InstanceId);
  return withoutExecution(run.cloud.executions().slice(before), nodeIds);
}
