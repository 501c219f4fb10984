import { unnamed } from "./report.ts";
import type { Run } from "./run.ts";
import { untilNothingWaits } from "./settling.ts";

/** Runs the sweep's schedule once, and waits for its work. @returns the managed nodes that it did not reach; none where the settings switch it off */
export async function sweepOnce(run: Run): Promise<string[]> {
  const before = run.cloud.executions().length;
  if (!(await run.cloud.runSchedule(run.program.sweepSchedule))) return [];
  await untilNothingWaits(run);
  const nodeIds = run.fleet.nodes.map(({ InstanceId }) => InstanceId);
  return unnamed(run.cloud.executions().slice(before), nodeIds);
}
