/** A process of the campaign. Plays the assigned runs on one fleet and reports each result. */
import { join } from "node:path";
import pLimit from "p-limit";
import { calmRun, chaosRun, fleetOf, type RunResult, type Setting } from "./run.ts";

/** Message from the campaign to a worker: runs on one fleet. */
export interface Assignment extends Setting {
  readonly seed: number;
  readonly runs: readonly number[];
}

/** Message from a worker to the campaign. */
export type WorkerMessage = { readonly result: RunResult } | { readonly failure: string } | { readonly done: true };

/** Concurrent runs per process. Runs spend most time waiting for redrives and time-outs. */
const CONCURRENT_RUNS = 3;

async function play({ seed, runs: [first = 1, ...others], ...setting }: Assignment): Promise<void> {
  const fleet = fleetOf(first);
  const folder = join(setting.folder, `fleet-${fleet}`);
  const calm = await calmRun(seed, fleet, { ...setting, folder });
  const together = pLimit(CONCURRENT_RUNS);
  const runs = [first, ...others].map((run) =>
    together(async () => say({ result: await chaosRun(seed, run, calm, { ...setting, folder }) })),
  );
  await Promise.all(runs);
}

function say(message: WorkerMessage): void {
  process.send?.(message);
}

process.on("message", (assignment: Assignment) => {
  play(assignment).then(
    () => say({ done: true }),
    (error: unknown) => say({ failure: error instanceof Error ? error.message : String(error) }),
  );
});

// Without the campaign nothing receives the results.
process.on("disconnect", () => process.exit());
