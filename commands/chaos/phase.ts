/** One phase in the embedded run: events and one sweep, until nothing is left to do. */
import { realTime } from "../../local/run/clock.ts";
import { makeReport, unaccounted, withoutExecution, type Report } from "../../local/run/report.ts";
import { startRun, type Run } from "../../local/run/run.ts";
import { untilQueuesAreEmpty } from "../../local/run/settling.ts";
import type { PhaseFiles } from "./folder.ts";

/** What is known of an account after a phase. */
export interface PhaseResult {
  /** Findings before the sweep, where that came after the events. */
  readonly afterEvents?: readonly object[];
  readonly findings: readonly object[];
  readonly quarantined: Report["quarantined"];
  /** Nodes that an event named, or the sweep must have found, and nothing was said about. */
  readonly withoutResult: readonly string[];
  /** What did not end in time, or is left in a queue; undefined where all is done. */
  readonly notEnded?: string;
  /** Calls that roles lacked the permission for, and mistakes of the local cloud. */
  readonly defects: readonly string[];
  /** By operation and kind. */
  readonly faults: Readonly<Record<string, number>>;
}

/** When the phase's sweep starts. */
export type SweepTime = "beside the events" | "after the events";

/** What a second of a fault is in the program's time, in seconds. */
const TIME_SCALE = 600;
/** A phase that takes longer on the machine's clock has not ended. */
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
  const unswept = withoutExecution(
    cloud.executions(),
    fleet.nodes.map(({ InstanceId }) => InstanceId),
  );
  const { work, outage } = report.queues;
  const left =
    work + outage === 0 ? undefined : `${work} messages left in the work queue, ${outage} in the outage queue`;
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
