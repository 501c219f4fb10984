import type { Run } from "./run.ts";

/** In the program's time. Each check asks every queue. */
const CHECK_INTERVAL_MS = 60_000;
/** Longer than redrive's longest back-off, 60 minutes, and its longest interval together. */
const STALL_MS = 150 * 60_000;

/**
 * Waits until no work is left. Redrive retries the work in the outage queue when Security Hub recovers. If it does not
 * recover, this stops waiting when no execution has started for a while after the last planned fault.
 */
export async function untilQueuesAreEmpty(run: Pick<Run, "cloud" | "program" | "longestFaultMs">): Promise<void> {
  const { cloud, program, longestFaultMs } = run;
  const started = Date.now();
  let lastStart = started;
  let executions = 0;
  for (;;) {
    await cloud.drained();
    const { visible, delayed, inFlight } = await cloud.counts(program.queues.outage);
    if (visible + delayed + inFlight === 0) return;
    // A redrive that failed leaves messages in flight. They become visible again, and the next redrive receives them.
    const hidden = inFlight > 0 && (await cloud.idle());
    if (hidden || cloud.executions().length > executions) lastStart = Date.now();
    executions = cloud.executions().length;
    if (Date.now() > Math.max(lastStart, started + longestFaultMs) + STALL_MS) return;
    await new Promise((resolve) => setTimeout(resolve, CHECK_INTERVAL_MS));
  }
}
