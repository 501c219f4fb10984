/** Calculates the monthly cost from measured figures, the deployed resources and a price list. */
import { InputError } from "../../command-line/input-error.ts";
import type { Usage } from "../../local/run/usage.ts";
import type { Assumptions, Item, PriceList } from "./prices.ts";

/** The total usage of an embedded run. */
export interface Figures extends Usage {
  /** Attempts: the sum of all executions' nodes. The JSON output uses this name. */
  readonly attempts: number;
  readonly executions: number;
  /** Managed nodes of the fleet. */
  readonly nodes: number;
  /** Nodes with an open finding at the end. */
  readonly noncompliant: number;
}

/** Resources and schedules in one Region whose cost does not depend on the fleet. */
export interface Deployment {
  readonly alarms: number;
  readonly dashboards: number;
  readonly eventSourceMappings: number;
  readonly redrivesPerMonth: number;
  readonly sweepsPerMonth: number;
  readonly logRetentionDays: number;
  readonly traced: boolean;
}

/** The fleet to estimate the cost for. */
export interface Demand {
  readonly nodes: number;
  readonly scansPerDay: number;
  /** Share of nodes with a finding, 0 to 1. */
  readonly noncompliantShare: number;
}

/** How the nodes of a scan reach the state machine. */
export interface Scenario {
  readonly name: string;
  readonly spread: "together" | "oneByOne";
  readonly scans: Figures;
  /** A sweep always sends 50 nodes per message. */
  readonly sweeps: Figures;
}

/** The cost of one item per month. */
export interface Line {
  readonly item: Item;
  readonly amount: number;
  /** At list price. */
  readonly usd: number;
  /** After the free allowance. */
  readonly usdAfterFree: number;
}

export const DAYS_PER_MONTH = 30;
/** Publish imports an unchanged finding again after this number of days. */
const REFRESH_DAYS = 7;
const BYTES_PER_GIGABYTE = 1e9;
const SECONDS_PER_MONTH = DAYS_PER_MONTH * 86_400;
/** Functions that a schedule starts. */
const SCHEDULED = new Set(["redrive", "sweep"]);

type Amounts = Readonly<Record<Item, number>>;
type Metered = Pick<Amounts, "sqsRequest" | "stateTransition" | "lambdaRequest" | "lambdaGigabyteSecond" | "trace"> & {
  readonly logBytes: number;
};

/**
 * Calculates the monthly cost by item.
 *
 * @throws {InputError} if the price list has no duration for a function
 * @example const lines = monthlyCost(demand, scenario, deployment, await readPrices());
 */
export function monthlyCost(
  demand: Demand,
  scenario: Scenario,
  deployment: Deployment,
  { prices, assumptions }: PriceList,
): Line[] {
  const amounts = monthlyAmounts(demand, scenario, deployment, assumptions);
  return (Object.keys(prices) as Item[]).map((item) => {
    const { usd, free } = prices[item];
    const amount = amounts[item];
    return { item, amount, usd: amount * usd, usdAfterFree: Math.max(0, amount - free) * usd };
  });
}

/** Calculates the monthly amount of each item, in the units of the price list. */
export function monthlyAmounts(
  demand: Demand,
  { scans, sweeps, spread }: Scenario,
  deployment: Deployment,
  assumptions: Assumptions,
): Amounts {
  const scansPerMonth = demand.scansPerDay * DAYS_PER_MONTH;
  const events = demand.nodes * scansPerMonth * assumptions.messagesPerNodeAndScan[spread];
  const { redrivesPerMonth, sweepsPerMonth } = deployment;
  const all = sum([
    times(perAttempt(scans, spread, assumptions), events),
    times(perAttempt(sweeps, "together", assumptions), sweptNodes(demand, sweepsPerMonth)),
    times(perRun("redrive", sweeps, demand.nodes, assumptions), redrivesPerMonth),
    times(perRun("sweep", sweeps, demand.nodes, assumptions), sweepsPerMonth),
  ]);
  const gigabytes = all.logBytes / BYTES_PER_GIGABYTE;
  return {
    eventBridgeEvent: events,
    sqsRequest: all.sqsRequest + emptyPolls(deployment, assumptions),
    stateTransition: all.stateTransition,
    lambdaRequest: all.lambdaRequest,
    lambdaGigabyteSecond: all.lambdaGigabyteSecond,
    findingIngestion: ingestedFindings(demand, scansPerMonth, assumptions),
    logGigabyteIngested: gigabytes,
    logGigabyteMonth: (gigabytes * deployment.logRetentionDays) / DAYS_PER_MONTH,
    customMetricMonth: metricMonths(demand, { scans, sweeps, spread }, sweepsPerMonth),
    alarmMonth: deployment.alarms,
    dashboardMonth: deployment.dashboards,
    trace: deployment.traced ? all.trace : 0,
  };
}

/** Returns the monthly attempts by sweeps. A sweep sends a node with an open finding once a day, and no unchanged node. */
function sweptNodes({ nodes, noncompliantShare }: Demand, sweepsPerMonth: number): number {
  return nodes * noncompliantShare * Math.min(sweepsPerMonth, DAYS_PER_MONTH);
}

/** Returns the usage of one attempt at one node. Leaves out the functions that schedules start. */
function perAttempt(figures: Figures, spread: Scenario["spread"], assumptions: Assumptions): Metered {
  const { attempts, executions, messages, transitions, functions } = figures;
  const startAndEnd = assumptions.startAndEndTransitionsPerExecution * executions;
  const runs = Object.keys(functions)
    .filter((entry) => !SCHEDULED.has(entry))
    .map((entry) => functionUse(entry, figures, attempts, assumptions));
  const run: Metered = {
    ...sum(runs),
    sqsRequest: messages * assumptions.requestsPerMessage[spread],
    stateTransition: transitions + startAndEnd,
    // The functions that the state machine calls belong to its execution's trace.
    trace: executions + (functions["dispatch"]?.invocations ?? 0),
  };
  return times(run, attempts === 0 ? 0 : 1 / attempts);
}

/** Returns the usage of one scheduled run for a number of nodes. Leaves out the attempts that it causes. */
function perRun(entry: "redrive" | "sweep", figures: Figures, nodes: number, assumptions: Assumptions): Metered {
  const { invocations = 0 } = figures.functions[entry] ?? {};
  // The figures hold one sweep, which may have taken several turns, and any number of redrives.
  const runs = entry === "sweep" ? 1 : Math.max(1, invocations);
  const ofRun = times(functionUse(entry, figures, entry === "sweep" ? figures.nodes : 0, assumptions), 1 / runs);
  const grown = entry === "sweep" ? Math.max(1, nodes / figures.nodes) : 1;
  const use = times(ofRun, grown);
  return { ...use, sqsRequest: use.lambdaRequest, trace: use.lambdaRequest };
}

function functionUse(entry: string, { functions }: Figures, nodes: number, assumptions: Assumptions): Metered {
  const { invocations, memoryMegabytes, logBytes } = functions[entry] ?? NOT_RUN;
  const duration = assumptions.functionMilliseconds[entry];
  if (duration === undefined)
    throw new InputError(`the price list has no /assumptions/functionMilliseconds/${entry}; add it`);
  const seconds = (invocations * duration.perInvocation + nodes * duration.perNode) / 1000;
  return {
    ...NOTHING,
    lambdaRequest: invocations,
    lambdaGigabyteSecond: (seconds * memoryMegabytes) / 1024,
    logBytes: logBytes + invocations * assumptions.platformLogBytesPerInvocation,
  };
}

/** Returns the monthly requests of Lambda's pollers, which poll SQS even if there are no messages. */
function emptyPolls({ eventSourceMappings }: Deployment, assumptions: Assumptions): number {
  const { pollersPerEventSourceMapping: pollers, secondsPerEmptyPoll } = assumptions;
  return (eventSourceMappings * pollers * SECONDS_PER_MONTH) / secondsPerEmptyPoll;
}

/** Returns the monthly imports: changed findings, and unchanged findings that are refreshed. */
function ingestedFindings({ nodes, noncompliantShare }: Demand, scans: number, assumptions: Assumptions): number {
  const changed = (scans * assumptions.changedFindingsPerScanPercent) / 100;
  const refreshed = DAYS_PER_MONTH / REFRESH_DAYS;
  return nodes * noncompliantShare * Math.min(scans, changed + refreshed);
}

/** Returns metric-months. CloudWatch prorates custom metrics by the hours with data (Amazon CloudWatch pricing). */
function metricMonths(
  { nodes, scansPerDay }: Demand,
  { scans, sweeps, spread }: Pick<Scenario, "scans" | "sweeps" | "spread">,
  sweepsPerMonth: number,
): number {
  const ofScans = new Set(scans.metrics);
  const ofSweepsOnly = new Set(sweeps.metrics.filter((name) => !ofScans.has(name)));
  const scanned = nodes > 0 && scansPerDay > 0;
  const scanHours = !scanned ? 0 : spread === "together" ? scansPerDay : 24;
  const sweepHours = sweepsPerMonth / DAYS_PER_MONTH;
  const hours = ofScans.size * Math.min(24, scanHours + sweepHours) + ofSweepsOnly.size * Math.min(24, sweepHours);
  return hours / 24;
}

const NOT_RUN = { invocations: 0, memoryMegabytes: 0, logBytes: 0 };
const NOTHING: Metered = {
  sqsRequest: 0,
  stateTransition: 0,
  lambdaRequest: 0,
  lambdaGigabyteSecond: 0,
  trace: 0,
  logBytes: 0,
};

const KEYS = Object.keys(NOTHING) as (keyof Metered)[];
const each = (value: (key: keyof Metered) => number): Metered =>
  Object.fromEntries(KEYS.map((key) => [key, value(key)])) as unknown as Metered;
const times = (use: Metered, factor: number): Metered => each((key) => use[key] * factor);
const sum = (uses: readonly Metered[]): Metered => each((key) => uses.reduce((total, use) => total + use[key], 0));
