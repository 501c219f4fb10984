import type { Run } from "./run.ts";

const LOOK_EVERY_MS = 5_000;
/** Some runs of the redrive schedule, at its default of 5 minutes. */
const STALL_MS = 30 * 60_000;

/**
 * Work in the outage queue comes back by itself when Security Hub does. Where it does not, waiting ends when for a
 * while after the last planned fault nothing was started any more.
 */
export async function untilNothingWaits({ cloud, program, longestFaultMs }: Run): Promise<void> {
  const started = Date.now();
  let lastStart = started;
  let executions = 0;
  for (;;) {
    await cloud.drained();
    const { visible, delayed, inFlight } = await cloud.counts(program.queues.outage);
    if (visible + delayed + inFlight === 0) return;
    // A redrive that failed has left messages in flight: they become visible again, and the next one takes them.
    const hidden = inFlight > 0 && (await cloud.idle());
    if (hidden || cloud.executions().length > executions) lastStart = Date.now();
    executions = cloud.executions().length;
    if (Date.now() > Math.max(lastStart, started + longestFaultMs) + STALL_MS) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
