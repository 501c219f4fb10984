/** A process of the campaign: plays the runs on one fleet that it is told to, and reports each as it ends. */
import { join } from "node:path";
import pLimit from "p-limit";
import { calmRun, chaosRun, fleetOf, type RunResult, type Setting } from "./run.ts";

/** What the campaign tells a worker: runs that all are on one fleet. */
export interface Assignment extends Setting {
  readonly seed: number;
  readonly runs: readonly number[];
}

/** What the worker says. */
export type Report = { readonly result: RunResult } | { readonly failure: string } | { readonly done: true };

/** Runs mostly wait: for redrives, and for calls that time out. */
const TOGETHER = 3;

async function play({ seed, runs: [first = 1, ...others], ...setting }: Assignment): Promise<void> {
  const fleet = fleetOf(first);
  const folder = join(setting.folder, `fleet-${fleet}`);
  const calm = await calmRun(seed, fleet, { ...setting, folder });
  const together = pLimit(TOGETHER);
  const runs = [first, ...others].map((run) =>
    together(async () => say({ result: await chaosRun(seed, run, calm, { ...setting, folder }) })),
  );
  await Promise.all(runs);
}

function say(report: Report): void {
  process.send?.(report);
}

process.on("message", (assignment: Assignment) => {
  play(assignment).then(
    () => say({ done: true }),
    (error: unknown) => say({ failure: error instanceof Error ? error.message : String(error) }),
  );
});

// Nobody hears of what it does once the campaign is gone.
process.on("disconnect", () => process.exit());
