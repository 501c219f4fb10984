import { fork } from "node:child_process";
import { join } from "node:path";
import pLimit from "p-limit";
import { InputError } from "../../command-line/input-error.ts";
import { fleetOf, type RunResult } from "./run.ts";
import type { Assignment, WorkerMessage } from "./worker.ts";

/**
 * Plays all runs in `jobs` processes, each with one fleet at a time.
 *
 * @param onResult receives each run's result when the run ends
 * @throws {InputError} if a worker cannot use its input
 * @example const results = await playAll({ seed: 1, runs: [1, 2], folder, config }, 2, console.log);
 */
export async function playAll(
  { runs, ...shared }: Assignment,
  jobs: number,
  onResult: (result: RunResult) => void,
): Promise<RunResult[]> {
  const groups = [...Map.groupBy(runs, fleetOf).values()];
  const workers = Array.from({ length: Math.min(jobs, groups.length) }, startWorker);
  const free = [...workers];
  const limit = pLimit(workers.length);
  try {
    const results = groups.map((group) =>
      limit(async () => {
        const worker = free.pop() ?? startWorker();
        const played = await playOn(worker, { ...shared, runs: group }, onResult);
        free.push(worker);
        return played;
      }),
    );
    return (await Promise.all(results)).flat().toSorted((a, b) => a.run - b.run);
  } finally {
    for (const worker of workers) worker.kill();
  }
}

const startWorker = () =>
  fork(join(import.meta.dirname, "worker.ts"), { execArgv: ["--disable-warning=ExperimentalWarning"] });

/** Plays runs in one process. @throws {InputError} with the worker's failure */
function playOn(
  worker: ReturnType<typeof startWorker>,
  assignment: Assignment,
  onResult: (result: RunResult) => void,
): Promise<RunResult[]> {
  const { promise, resolve, reject } = Promise.withResolvers<RunResult[]>();
  const results: RunResult[] = [];
  const onExit = (code: number | null) =>
    reject(
      new Error(`a process of the campaign ended early, with ${code === null ? "a signal" : `exit code ${code}`}`),
    );
  const onMessage = (message: WorkerMessage) => {
    if ("result" in message) {
      results.push(message.result);
      onResult(message.result);
    } else if ("failure" in message) reject(new InputError(message.failure));
    else resolve(results);
  };
  worker.on("message", onMessage).once("exit", onExit);
  worker.send(assignment);
  return promise.finally(() => worker.off("message", onMessage).off("exit", onExit));
}
