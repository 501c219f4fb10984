/** Runs one phase in the embedded run: its events and one sweep, until all work is finished. */
import { realTime } from "../../local/run/clock.ts";
import { makeReport, unaccounted, withoutExecution, type Report } from "../../local/run/report.ts";
import { startRun, type Run } from "../../local/run/run.ts";
import { untilQueuesAreEmpty } from "../../local/run/settling.ts";
import { counted } from "../../contract/counted.ts";
import type { PhaseFiles } from "./phase-files.ts";

/** The state of the account after a phase. */
export interface PhaseResult {
  /** Findings before the sweep. Present if the sweep came after the events. */
  readonly afterEvents?: readonly object[];
  readonly findings: readonly object[];
  readonly quarantined: Report["quarantined"];
  /** Nodes of the events and of the sweep that have no result. */
  readonly withoutResult: readonly string[];
  /** What did not end in time, or is left in a queue. Undefined if everything ended. */
  readonly notEnded?: string;
  /** Calls that a role's policies denied, and errors of the local cloud. */
  readonly defects: readonly string[];
  /** Number of faults by operation and kind. */
  readonly faults: Readonly<Record<string, number>>;
}

/** When the phase's sweep starts. */
export type SweepTime = "beside the events" | "after the events";

/** Seconds of the program's time for each second of a fault. */
const TIME_SCALE = 600;
/** A phase that takes longer, by the machine's clock, has not ended. */
const LONGEST_PHASE_MS = 900_000;

/** @throws {InputError} for a settings file that cannot be used */
export async function playPhase(files: PhaseFiles, sweep: SweepTime, config: string): Promise<PhaseResult> {
  const options = { ...files, config, once: true, sweep: true, plan: false, seed: 1, timeScale: TIME_SCALE };
  const run = await startRun(options);
  try {
    const state: Progress = {};
    const played = play(run, sweep, state);
    // A phase that is given up fails later, when its cloud is closed.
    played.catch(() => undefined);
    const late = await Promise.race([played, overtime()]);
    return await resultOf(run, state, late);
  } finally {
    await run.close();
  }
}

interface Progress {
  afterEvents?: readonly object[];
  sweepEnded?: boolean;
  /** Where the phase itself failed. */
  failure?: string;
}

async function play(run: Run, sweep: SweepTime, state: Progress): Promise<undefined> {
  try {
    await run.sendEvents();
    if (sweep === "beside the events") await run.cloud.runSchedule(run.program.sweepSchedule);
    await untilQueuesAreEmpty(run);
    if (sweep === "after the events") state.afterEvents = run.hub.findings();
    state.sweepEnded = await untilSwept(run);
  } catch (error) {
    state.failure = error instanceof Error ? error.message : String(error);
  }
  return undefined;
}

/**
 * A sweep that faults stop says so by a metric, and the next one by schedule makes up for it. One that does not end
 * although nothing was broken meanwhile never will.
 */
async function untilSwept(run: Run): Promise<boolean> {
  for (let before = -1; !sweepEnded(run);) {
    const faults = Object.values(run.injectedFaults()).reduce((sum, count) => sum + count, 0);
    if (faults === before) return false;
    before = faults;
    await run.cloud.runSchedule(run.program.sweepSchedule);
    await untilQueuesAreEmpty(run);
  }
  return true;
}

const sweepEnded = ({ cloud }: Run): boolean => cloud.usage.metrics.includes("SweepFinished");

async function overtime(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  realTime
    .setTimeout(() => resolve(`the phase was not over after ${LONGEST_PHASE_MS / 1000} s`), LONGEST_PHASE_MS)
    .unref();
  return promise;
}

async function resultOf(run: Run, state: Progress, late: string | undefined): Promise<PhaseResult> {
  const { cloud, hub, program, fleet, expected } = run;
  const report = await makeReport(cloud, program.queues, hub.findings(), 0);
  // A sweep that ended has compared all managed nodes.
  const unswept =
    state.sweepEnded === true
      ? []
      : withoutExecution(
          cloud.executions(),
          fleet.nodes.map(({ InstanceId }) => InstanceId),
        );
  const { work, outage } = report.queues;
  const left =
    work + outage === 0
      ? undefined
      : `${counted(work, "message")} left in the work queue, ${outage} in the outage queue`;
  const unfinished = state.sweepEnded === false ? "no sweep came to its end" : undefined;
  const notEnded = [late, left, unfinished].filter((each) => each !== undefined).join("; ");
  const denied = report.denied.map(({ role, action, resource }) => `denied: ${action} on ${resource} for ${role}`);
  return {
    ...(state.afterEvents !== undefined && { afterEvents: state.afterEvents }),
    findings: report.findings,
    quarantined: report.quarantined,
    withoutResult: [...new Set([...unaccounted(report, expected), ...unswept])],
    ...(notEnded !== "" && { notEnded }),
    defects: [...denied, ...(state.failure === undefined ? [] : [state.failure])],
    faults: run.injectedFaults(),
  };
}
