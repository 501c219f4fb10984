import { expect } from "chai";
import { deploymentOf } from "../../commands/cost/figures.ts";
import {
  monthlyAmounts,
  monthlyCost,
  type Deployment,
  type Figures,
  type Scenario,
} from "../../commands/cost/model.ts";
import { readPrices, type Assumptions, type Item } from "../../commands/cost/prices.ts";
import { InputError } from "../../command-line/input-error.ts";
import { captureProgram } from "../fixtures/captured-program.ts";

/** A run with round numbers: 100 attempts, half of them from events and half from one sweep. */
const figures: Figures = {
  attempts: 100,
  executions: 2,
  nodes: 50,
  noncompliant: 10,
  messages: 50,
  transitions: 20,
  metrics: ["FindingsOpened", "SweepFinished"],
  functions: {
    dispatch: { invocations: 2, memoryMegabytes: 1024, logBytes: 1000 },
    gather: { invocations: 2, memoryMegabytes: 1024, logBytes: 0 },
    redrive: { invocations: 4, memoryMegabytes: 1024, logBytes: 400 },
    sweep: { invocations: 1, memoryMegabytes: 1024, logBytes: 100 },
  },
};

const nothing: Deployment = {
  alarms: 0,
  dashboards: 0,
  eventSourceMappings: 0,
  redrivesPerMonth: 0,
  sweepsPerMonth: 0,
  logRetentionDays: 60,
  traced: true,
};

const assumptions: Assumptions = {
  pollersPerEventSourceMapping: 5,
  secondsPerEmptyPoll: 20,
  startAndEndTransitionsPerExecution: 2,
  platformLogBytesPerInvocation: 500,
  changedFindingsPerScanPercent: 10,
  messagesPerNodeAndScan: { together: 1, oneByOne: 2 },
  requestsPerMessage: { together: 1.2, oneByOne: 3 },
  functionMilliseconds: {
    dispatch: { perInvocation: 1000, perNode: 0 },
    gather: { perInvocation: 1000, perNode: 100 },
    redrive: { perInvocation: 250, perNode: 0 },
    sweep: { perInvocation: 1000, perNode: 20 },
  },
};

const scenario = (spread: Scenario["spread"]): Scenario => ({ name: "", spread, scans: figures, sweeps: figures });
const scans = { nodes: 1000, scansPerDay: 1, noncompliantShare: 0.2 };
const idle = { ...scans, nodes: 0, scansPerDay: 0 };

const amounts: {
  readonly what: string;
  readonly demand?: typeof scans;
  readonly deployment?: Partial<Deployment>;
  readonly spread?: Scenario["spread"];
  readonly is: Partial<Record<Item, number>>;
}[] = [
  {
    what: "a scan a day of 1,000 nodes: 30,000 attempts",
    is: {
      eventBridgeEvent: 30_000,
      // 0.5 messages per attempt, 1.2 requests per message
      sqsRequest: 18_000,
      // (20 states + 2 executions x 2) / 100 attempts
      stateTransition: 7_200,
      lambdaRequest: 1_200,
      // dispatch 2 s, gather 2 s + 100 x 0.1 s, for 100 attempts in functions of 1 GB
      lambdaGigabyteSecond: 4_200,
      // 1,000 bytes + 4 invocations x 500, for 100 attempts
      logGigabyteIngested: 0.0009,
      logGigabyteMonth: 0.0018,
      // 200 nodes x (30 scans x 10 % + every 7 days)
      findingIngestion: 200 * (3 + 30 / 7),
      // 2 metrics in one hour a day
      customMetricMonth: 2 / 24,
      // executions and dispatches
      trace: 1_200,
    },
  },
  {
    what: "the same, one by one: each node twice",
    spread: "oneByOne",
    is: { eventBridgeEvent: 60_000, sqsRequest: 90_000, stateTransition: 14_400, customMetricMonth: 2 },
  },
  {
    what: "scans seldom: no finding is imported more often than it is looked at",
    demand: { ...scans, scansPerDay: 0.1 },
    is: { findingIngestion: 600 },
  },
  {
    what: "redrive every 5 minutes, with a request to the queue each time",
    demand: idle,
    deployment: { redrivesPerMonth: 8_640 },
    is: {
      lambdaRequest: 8_640,
      lambdaGigabyteSecond: 2_160,
      sqsRequest: 8_640,
      logGigabyteIngested: 0.005184,
      trace: 8_640,
    },
  },
  {
    what: "sweeps: their own function, and a daily attempt at each noncompliant node",
    demand: { ...scans, scansPerDay: 0 },
    deployment: { sweepsPerMonth: 60 },
    is: {
      // 30 days x 200 nodes x 0.04, and 60 x 20 of the function
      lambdaRequest: 240 + 1_200,
      // attempts 6,000 x 0.14; the function for 50 nodes 1 s + 1 s, twenty times, 60 sweeps
      lambdaGigabyteSecond: 840 + 2_400,
      stateTransition: 1_440,
      findingIngestion: 0,
      eventBridgeEvent: 0,
    },
  },
  {
    what: "a deployment that does nothing: the pollers of two mappings, alarms, dashboard",
    demand: idle,
    deployment: { eventSourceMappings: 2, alarms: 19, dashboards: 1, traced: false },
    is: { sqsRequest: 1_296_000, alarmMonth: 19, dashboardMonth: 1, stateTransition: 0, lambdaRequest: 0, trace: 0 },
  },
];

describe("the cost model", () => {
  for (const { what, demand = scans, deployment = {}, spread = "together", is } of amounts) {
    it(what, () => {
      const all = monthlyAmounts(demand, scenario(spread), { ...nothing, ...deployment }, assumptions);
      for (const [item, amount] of Object.entries(is)) expect(all[item as Item], item).to.be.closeTo(amount, 1e-9);
    });
  }

  it("multiplies by the price, and subtracts the free tier", async () => {
    const list = await readPrices();
    const prices = { ...list.prices, alarmMonth: { unit: "alarm", usd: 0.1, free: 10 } };
    const lines = monthlyCost(idle, scenario("together"), { ...nothing, alarms: 19 }, { ...list, prices });
    const alarms = lines.find(({ item }) => item === "alarmMonth");
    expect([alarms?.usd, alarms?.usdAfterFree].map((usd) => usd?.toFixed(2))).to.deep.equal(["1.90", "0.90"]);
    expect(lines.map(({ usdAfterFree }) => usdAfterFree).every((usd) => usd >= 0)).to.equal(true);
  });

  it("counts what the settings deploy", async () => {
    const deployed = async (settings: object) =>
      deploymentOf(await captureProgram(["eu-west-1", "us-east-1"], { ...settings }));
    const plain = await deployed({});
    expect(plain).to.deep.include({ dashboards: 1, eventSourceMappings: 2, redrivesPerMonth: 8_640, traced: true });
    expect(plain).to.deep.include({ sweepsPerMonth: 60, logRetentionDays: 30 });
    const other = { export: false, tracing: false, redriveMinutes: 60, logRetentionDays: 7 };
    expect(await deployed(other)).to.deep.equal({
      ...plain,
      // No sweep, and no alarm for a missing one.
      // `sweep-missing`, which is paid for by its two metrics.
      alarms: plain.alarms - 2,
      sweepsPerMonth: 0,
      redrivesPerMonth: 720,
      logRetentionDays: 7,
      traced: false,
    });
  });

  it("names a function without a duration in the price list", async () => {
    const list = await readPrices();
    const { assumptions: own } = list;
    const incomplete = { ...list, assumptions: { ...own, functionMilliseconds: {} } };
    expect(() => monthlyCost(scans, scenario("together"), nothing, incomplete)).to.throw(
      InputError,
      "/assumptions/functionMilliseconds/dispatch",
    );
  });
});
