import { outputClosed } from "../command-line/closed-output.ts";
import { realTime } from "./run/clock.ts";
import { ActivityLog } from "./console-source/activity-log.ts";
import { localSource } from "./console-source/local-source.ts";
import { startConsole, type Console } from "../console/server.ts";
import { failedExecutions, type FailedExecution } from "./run/failed-executions.ts";
import { exitCodeOrRefusal } from "../command-line/input-error.ts";
import { LiveLines } from "./run/live-lines.ts";
import { parseOptions, type Options } from "./run/options.ts";
import { FinishedNodes, makeReport, unaccounted, type Report } from "./run/report.ts";
import { startRun, type Run } from "./run/run.ts";
import { planText } from "./run/plan-text.ts";
import { untilQueuesAreEmpty } from "./run/settling.ts";
import { sweepOnce } from "./run/sweeping.ts";
import { printable, progressBar } from "../command-line/terminal.ts";
import { screenOf } from "../command-line/screen.ts";
import { counted } from "../contract/counted.ts";
import { eventsWithoutRule, resultText, some, troubleLines } from "./run/result-text.ts";
import { requireWritable, writeResult } from "../command-line/writable-file.ts";

const UPDATE_INTERVAL_MS = 500;

/** Runs the program. @returns the exit code: 0 if every node is accounted for, otherwise 1 */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.report !== undefined) await requireWritable(options.report, "the report");
  const started = realTime.now();
  const run = await startRun(options);
  const activity = new ActivityLog(run, () => new Date());
  let shown: Console | undefined;
  try {
    shown = await showConsole(run, options, activity);
    console.log(beginning(run));
    await untilDrained(run);
    const unswept = options.sweep ? await sweepOnce(run) : [];
    const { cloud, program, hub } = run;
    const duration = realTime.now() - started;
    const report = await makeReport(cloud, program.queues, hub.findings(), duration, hub.violations);
    const failed = failedExecutions(cloud.executions(), report.quarantined, run.fleet);
    if (options.report !== undefined) {
      await writeResult(options.report, `${JSON.stringify(report, null, 2)}\n`, "the report");
    }
    console.log(
      options.plan
        ? planText(report)
        : resultText(report, { ...run, notifications: cloud.notifications }, screenOf(process.stdout)),
    );
    for (const line of troubleLines(failed, report.quarantined)) console.log(line);
    if (shown !== undefined) console.log(`console: ${shown.url}`);
    if (!options.once) await printEvents(activity, options);
    return exitCode(run, report, unswept, failed);
  } finally {
    try {
      await shown?.close();
    } finally {
      await run.close();
    }
  }
}

function beginning({ fleet, events, unmatched }: Run): string {
  const text = `${counted(fleet.nodes.length, "managed node")} in ${fleet.region}; ${counted(events.length, "event")}`;
  return unmatched === 0 ? text : `${text}; ${eventsWithoutRule(unmatched)}`;
}

/** Starts the console. With `--once` it starts only if a port is given. */
async function showConsole(run: Run, { once, port }: Options, activity: ActivityLog): Promise<Console | undefined> {
  if (once && port === undefined) return undefined;
  const shown = await startConsole(localSource(run, activity), port ?? 0, (error) => {
    console.error(printable(`console: ${error instanceof Error ? error.message : String(error)}`));
  });
  console.log(`console: ${shown.url}`);
  return shown;
}

async function untilDrained(run: Run): Promise<void> {
  const bar = progressBar(run.expected.size);
  const finished = new FinishedNodes();
  const update = (): void => bar.update(finished.among(run.cloud.executions()).size);
  const timer = realTime.setInterval(update, UPDATE_INTERVAL_MS);
  try {
    await run.sendEvents();
    await untilQueuesAreEmpty(run);
  } finally {
    realTime.clearInterval(timer);
    bar.stop();
  }
}

function exitCode(
  { expected }: Run,
  report: Report,
  unswept: readonly string[],
  failed: readonly FailedExecution[],
): number {
  if (unswept.length > 0)
    console.error(`the sweep did not reach ${counted(unswept.length, "managed node")}: ${some(unswept)}`);
  const missing = new Set([...unaccounted(report, expected), ...failed.flatMap(({ left }) => left)]);
  const { work, outage } = report.queues;
  if (missing.size === 0 && work === 0 && outage === 0) return unswept.length === 0 ? 0 : 1;
  console.error(
    `work is left: ${counted(missing.size, "node")} without a result, ` +
      `${counted(work, "message")} in the work queue, ${outage} in the outage queue`,
  );
  return 1;
}

/** Prints what happens until a person stops the program. */
async function printEvents(activity: ActivityLog, { timeScale }: Options): Promise<void> {
  console.log("The program keeps running. Press Ctrl-C to stop it.");
  console.log(`Events follow, with times in UTC. The program's time runs ${timeScale} times as fast as in AWS.`);
  const live = new LiveLines();
  activity.listen((happened) => live.add(happened));
  const timer = realTime.setInterval(() => {
    activity.follow();
    for (const line of live.take(screenOf(process.stdout))) console.log(line);
  }, UPDATE_INTERVAL_MS);
  try {
    await untilInterrupted();
  } finally {
    realTime.clearInterval(timer);
  }
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve);
    void outputClosed.then(resolve);
  });
}

process.exitCode = await exitCodeOrRefusal(() => main(process.argv.slice(2)));
