import { writeFile } from "node:fs/promises";
import { InputError } from "./input-error.ts";
import { parseOptions, type Options } from "./options.ts";
import { makeReport, unaccounted, type Report } from "./report.ts";
import { startRun, type Run } from "./run.ts";
import { progressBar, resultText } from "./terminal.ts";

const LOOK_EVERY_MS = 100;
/** Some runs of the redrive schedule at its default of 5 minutes and the default time scale. */
const STALL_MS = 30_000;

/** @returns the exit code: 0 all accounted for, 1 something is left, 2 the input cannot be used */
async function main(args: readonly string[]): Promise<number> {
  try {
    return await runOptions(parseOptions(args));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function runOptions(options: Options): Promise<number> {
  const started = performance.now();
  const run = await startRun(options);
  try {
    console.log(`${run.fleet.nodes.length} managed nodes in ${run.fleet.region}; ${run.events.length} events`);
    await untilDrained(run, run.longestFaultMs);
    const report = await makeReport(run.cloud, run.queues, run.hub.findings(), performance.now() - started);
    console.log(resultText(report, run.neverScanned));
    if (options.report !== undefined) await writeReport(options.report, report);
    if (!options.once) await untilInterrupted();
    return exitCode(run, report);
  } finally {
    await run.close();
  }
}

async function untilDrained(run: Run, longestFaultMs: number): Promise<void> {
  const bar = progressBar(run.expected.size);
  const timer = setInterval(() => bar.update(doneNodes(run)), LOOK_EVERY_MS);
  try {
    await run.sendEvents();
    await untilNothingWaits(run, longestFaultMs);
  } finally {
    clearInterval(timer);
    bar.stop();
  }
}

/**
 * Work in the outage queue comes back by itself when Security Hub does. Where it does not, waiting ends when for a
 * while after the last planned fault nothing was started any more.
 */
async function untilNothingWaits({ cloud, queues }: Run, longestFaultMs: number): Promise<void> {
  const started = performance.now();
  let lastStart = started;
  let executions = 0;
  for (;;) {
    await cloud.drained();
    const { visible, delayed, inFlight } = await cloud.counts(queues.outage);
    if (visible + delayed + inFlight === 0) return;
    if (cloud.executions().length > executions) lastStart = performance.now();
    executions = cloud.executions().length;
    if (performance.now() > Math.max(lastStart, started + longestFaultMs) + STALL_MS) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function doneNodes({ cloud }: Run): number {
  return cloud.executions().filter(({ status }) => status === "SUCCEEDED").length;
}

function exitCode({ expected }: Run, report: Report): number {
  const missing = unaccounted(report, expected);
  const { work, outage } = report.queues;
  if (missing.length === 0 && work === 0 && outage === 0) return 0;
  console.error(
    `not everything is accounted for: ${missing.length} nodes without a result, ` +
      `${work} messages in the work queue, ${outage} in the outage queue`,
  );
  return 1;
}

async function writeReport(file: string, report: Report): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    throw new InputError(`${file}: the report cannot be written: ${error instanceof Error ? error.message : ""}`);
  }
}

function untilInterrupted(): Promise<void> {
  console.log("The program keeps running. Ctrl-C ends it.");
  return new Promise((resolve) => process.once("SIGINT", resolve));
}

process.exitCode = await main(process.argv.slice(2));
