/** The phases of the bench. Each has its own figures. */
import type { BenchCloud } from "./bench-cloud.ts";
import { startCounting, type Figures } from "./figures.ts";
import type { Quotas } from "./quotas.ts";

/** In the order in which they run. `recovery` has a cloud of its own. */
export const PHASES = ["first", "unchanged", "sweep", "patched", "recovery"] as const;
export type Phase = (typeof PHASES)[number];

/** How long Security Hub is unavailable in the phase `recovery`. */
const OUTAGE_MS = 3_600_000;

/** Runs phases on one fleet, each on the findings of the phase before it. @yields the figures of each */
export async function* playPhases(
  run: BenchCloud,
  wanted: readonly Phase[],
  quotas: Quotas | undefined,
): AsyncGenerator<Figures> {
  const open = noncompliantIn(run);
  for (const phase of ["first", "unchanged", "sweep", "patched"] as const) {
    // The later phases need the findings of the first.
    if (phase !== "first" && !wanted.includes(phase)) continue;
    const events = phase === "first" ? run.events : operationsOn(run, phase === "patched" ? "Install" : "Scan");
    const figures = startCounting(run, quotas);
    if (phase === "sweep") await run.cloud.runSchedule(run.program.sweepSchedule);
    else await run.send(events);
    await run.settled();
    if (wanted.includes(phase)) yield await figures(phase, phase === "patched" ? 0 : open);
  }
}

/**
 * Lets all events arrive while Security Hub is unavailable.
 * @yields the figures of the outage, then those from its end until the last finding is published
 */
export async function* playRecovery(run: BenchCloud, quotas: Quotas | undefined): AsyncGenerator<Figures> {
  run.setHubAvailable(false);
  const outage = startCounting(run, quotas);
  await run.send(run.events);
  await new Promise((resolve) => setTimeout(resolve, OUTAGE_MS));
  yield await outage("outage", 0, true);
  run.setHubAvailable(true);
  const recovery = startCounting(run, quotas);
  await run.settled();
  yield await recovery("recovery", noncompliantIn(run));
}

const noncompliantIn = ({ fleet }: BenchCloud): number =>
  new Set(
    fleet.complianceSummaries.filter(({ Status }) => Status === "NON_COMPLIANT").map(({ ResourceId }) => ResourceId),
  ).size;

/** Runs the patch document on all nodes. @returns the events, which are not sent yet */
function operationsOn({ fleet, ssm }: BenchCloud, type: "Scan" | "Install"): object[] {
  return fleet.nodes.map(({ InstanceId: nodeId }) => {
    const event = ssm.runPatchDocument(nodeId, type, new Date());
    // On some nodes the first installation fails. Nothing is missing after the second.
    return type === "Install" ? ssm.runPatchDocument(nodeId, type, new Date()) : event;
  });
}
