/** The figures of the cost model: measured in embedded runs, and counted in the captured graph. */
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

/** Faster than for watching: only amounts count here. */
const TIME_SCALE = 300;
/** A batch holds 50 nodes: what one of them uses is the same in larger fleets. */
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
 * One scan and one sweep of a synthetic fleet, its nodes 50 an execution; and a scan, each node in an execution of its own.
 * @param nodes size of the fleet; a larger one than needed for the figures is not run
 * @throws {InputError} for settings that cannot be used
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
    return figuresOf(await makeReport(run.cloud, run.program.queues, run.hub.findings(), 0), "the embedded run");
  } finally {
    await run.close();
  }
}

/** @throws {InputError} when the file is no report, or one of a run that tells too little */
export async function figuresOfFile(file: string): Promise<Figures> {
  const figures = figuresOf(await readJsonFile(file), file);
  const missing = ["sweep", "redrive"].filter((entry) => figures.functions[entry] === undefined);
  if (missing.length === 0) return figures;
  throw new InputError(
    `${file}: ${missing.join(" and ")} did not run; make the report by npm start -- --once --sweep --time-scale ${TIME_SCALE} --report FILE`,
  );
}

function figuresOf(report: unknown, source: string): Figures {
  const parsed = reportSchema.safeParse(report);
  if (!parsed.success) {
    throw new InputError(`${source}: ${firstIssue(parsed.error)}; a report of npm start -- --report is needed`);
  }
  const { findings, changes, executions, usage } = parsed.data;
  const looks = executions.reduce((sum, execution) => sum + execution.nodes, 0);
  if (looks === 0) throw new InputError(`${source}: no node was looked at, so there is nothing to measure`);
  const open = findings.filter(
    ({ RecordState, Compliance }) => RecordState === "ACTIVE" && Compliance?.Status === "FAILED",
  );
  return {
    ...usage,
    looks,
    executions: executions.length,
    nodes: new Set(changes.map(({ nodeId }) => nodeId)).size,
    noncompliant: open.length,
  };
}

const scheduled = z.object({ scheduleExpression: z.string(), state: z.string().default("ENABLED") });
const mathAlarm = z.object({ metricQueries: z.array(z.object({ metric: z.unknown().optional() })) });
const logGroup = z.object({ retentionInDays: z.number() });
const traced = z.object({ tracingConfig: z.object({ mode: z.string() }) });

/** What the captured program would deploy to its first Region, and pay for whatever happens. */
export function deploymentOf(resources: readonly CapturedResource[]): Deployment {
  const [first] = resources.filter(({ type }) => type === "pulumi:providers:aws");
  const all = (type: string) =>
    resources.filter((each) => each.region === first?.region && each.type.endsWith(`:${type}`));
  const perMonth = (suffix: string): number => {
    const rule = scheduled.parse(all("EventRule").find(({ name }) => name.endsWith(suffix))?.inputs);
    return rule.state === "ENABLED" ? (DAYS_PER_MONTH * 86_400) / rateSeconds(rule.scheduleExpression) : 0;
  };
  // An alarm on an expression is paid for by the metrics in it (Amazon CloudWatch pricing).
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
