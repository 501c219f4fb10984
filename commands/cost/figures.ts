/** Measures the figures of the cost model in embedded runs, and counts them in the captured graph. */
import * as z from "zod";
import type { CapturedResource } from "../../local/program/captured-resource.ts";
import { firstIssue, InputError } from "../../command-line/input-error.ts";
import { readJsonFile } from "../../command-line/json-file.ts";
import type { Options } from "../../local/run/options.ts";
import { makeReport } from "../../local/run/report.ts";
import { startRun } from "../../local/run/run.ts";
import { rateSeconds } from "../../local/run/schedule-rate.ts";
import { untilQueuesAreEmpty } from "../../local/run/settling.ts";
import { sweepOnce } from "../../local/run/sweeping.ts";
import { DAYS_PER_MONTH, type Deployment, type Figures } from "./model.ts";

type Settings = Readonly<Record<string, unknown>>;

/** Faster than the default, because only amounts matter here. */
const TIME_SCALE = 300;
/** Larger fleets are not run: a batch has 50 nodes, and its usage is the same in any fleet. */
const MOST_TOGETHER = 500;
const MOST_ONE_BY_ONE = 50;

const functionUsage = z.object({ invocations: z.number(), memoryMegabytes: z.number(), logBytes: z.number() });
const reportSchema = z.object({
  schema: z.literal(1),
  findings: z.array(
    z.object({ RecordState: z.string().optional(), Compliance: z.object({ Status: z.string() }).optional() }),
  ),
  changes: z.array(z.object({ nodeId: z.string() })),
  executions: z.array(z.object({ nodes: z.number() })),
  usage: z.object({
    messages: z.number(),
    transitions: z.number(),
    functions: z.record(z.string(), functionUsage),
    metrics: z.array(z.string()),
  }),
});

/**
 * Measures two embedded runs of a synthetic fleet: a scan and a sweep with 50 nodes per execution, and a scan with one node
 * per execution.
 *
 * @param nodes size of the fleet; at most 500 (50 one by one) are run
 * @throws {InputError} if a setting cannot be used
 * @example const { together, oneByOne } = await measure(1_000, "Pulumi.dev.yaml", {});
 */
export async function measure(nodes: number, config: string, settings: Settings) {
  const together = { nodes: atMost(nodes, MOST_TOGETHER), sweep: true, config };
  const oneByOne = { nodes: atMost(nodes, MOST_ONE_BY_ONE), sweep: false, config };
  return {
    together: await measured(together, settings),
    oneByOne: await measured(oneByOne, { ...settings, batchSize: 1 }),
  };
}

const atMost = (nodes: number, most: number): number => (nodes === 0 ? most : Math.min(nodes, most));

async function measured(how: Pick<Options, "nodes" | "sweep" | "config">, settings: Settings): Promise<Figures> {
  const run = await startRun({ ...how, seed: 1, once: true, plan: false, timeScale: TIME_SCALE }, settings);
  try {
    await run.sendEvents();
    await untilQueuesAreEmpty(run);
    if (how.sweep) await sweepOnce(run);
    await run.cloud.runSchedule(run.program.redriveSchedule);
    return figuresOf(await makeReport(run.cloud, run.program.queues, run.hub.findings(), 0), "the local run");
  } finally {
    await run.close();
  }
}

/**
 * Reads the figures from a report of `npm start`. A run with `--once` usually ends before its first redrive. Then the
 * figures hold a measured redrive of an empty outage queue, as in any deployment whose Security Hub is available.
 *
 * @throws {InputError} if the file is not a report, or if its run had no sweep
 * @example const figures = await figuresOfFile("report.json", "Pulumi.dev.yaml", {});
 */
export async function figuresOfFile(file: string, config: string, settings: Settings): Promise<Figures> {
  const figures = figuresOf(await readJsonFile(file), file);
  if (figures.functions["sweep"] === undefined) {
    throw new InputError(`${file}: sweep did not run; write the report with npm start -- --once --sweep --report FILE`);
  }
  if (figures.functions["redrive"] !== undefined) return figures;
  const { redrive } = (await measured({ nodes: 1, sweep: false, config }, settings)).functions;
  return { ...figures, functions: { ...figures.functions, ...(redrive && { redrive }) } };
}

function figuresOf(report: unknown, source: string): Figures {
  const parsed = reportSchema.safeParse(report);
  if (!parsed.success) {
    throw new InputError(`${source}: ${firstIssue(parsed.error)}; give a file that npm start -- --report FILE wrote`);
  }
  const { findings, changes, executions, usage } = parsed.data;
  const attempts = executions.reduce((sum, execution) => sum + execution.nodes, 0);
  if (attempts === 0)
    throw new InputError(
      `${source}: no execution processed a node, so there is nothing to measure; give a report with executions`,
    );
  const open = findings.filter(
    ({ RecordState, Compliance }) => RecordState === "ACTIVE" && Compliance?.Status === "FAILED",
  );
  return {
    ...usage,
    attempts,
    executions: executions.length,
    nodes: new Set(changes.map(({ nodeId }) => nodeId)).size,
    noncompliant: open.length,
  };
}

const scheduled = z.object({ scheduleExpression: z.string(), state: z.string().default("ENABLED") });
const mathAlarm = z.object({ metricQueries: z.array(z.object({ metric: z.unknown().optional() })) });
const logGroup = z.object({ retentionInDays: z.number() });
const traced = z.object({ tracingConfig: z.object({ mode: z.string() }) });

/**
 * Returns the resources in the first Region of the captured program that cost money regardless of the fleet.
 *
 * @example const deployment = deploymentOf(await captureGraph({ config }));
 */
export function deploymentOf(resources: readonly CapturedResource[]): Deployment {
  const [first] = resources.filter(({ type }) => type === "pulumi:providers:aws");
  const all = (type: string) =>
    resources.filter((each) => each.region === first?.region && each.type.endsWith(`:${type}`));
  const perMonth = (suffix: string): number => {
    const rule = scheduled.parse(all("EventRule").find(({ name }) => name.endsWith(suffix))?.inputs);
    return rule.state === "ENABLED" ? (DAYS_PER_MONTH * 86_400) / rateSeconds(rule.scheduleExpression) : 0;
  };
  // The price of an alarm on a metric expression depends on its number of metrics (Amazon CloudWatch pricing).
  const watched = all("MetricAlarm").map(
    ({ inputs }) => mathAlarm.safeParse(inputs).data?.metricQueries ?? [{ metric: {} }],
  );
  return {
    alarms: watched.flat().filter(({ metric }) => metric !== undefined).length,
    dashboards: all("Dashboard").length,
    eventSourceMappings: all("EventSourceMapping").length,
    redrivesPerMonth: perMonth("-redrive-schedule"),
    sweepsPerMonth: perMonth("-sweep-schedule"),
    logRetentionDays: logGroup.parse(all("LogGroup")[0]?.inputs).retentionInDays,
    traced: traced.parse(all("Function")[0]?.inputs).tracingConfig.mode === "Active",
  };
}
