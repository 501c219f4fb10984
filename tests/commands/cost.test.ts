import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseOptions } from "../../commands/cost.ts";
import { deploymentOf, figuresOfFile } from "../../commands/cost/figures.ts";
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
import { runCommand } from "../fixtures/command-process.ts";

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
      // 0.5 messages a look, 1.2 requests each
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
    what: "sweeps: their own function, and attempts at all nodes",
    demand: { ...scans, scansPerDay: 0 },
    deployment: { sweepsPerMonth: 60 },
    is: {
      // 60 sweeps x 1,000 nodes x 0.04, and 60 x 20 rateLimit of the function
      lambdaRequest: 2_400 + 1_200,
      // attempts 60,000 x 0.14; the function for 50 nodes 1 s + 1 s, twenty times, 60 sweeps
      lambdaGigabyteSecond: 8_400 + 2_400,
      stateTransition: 14_400,
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

  it("multiplies by the price, and takes off what is free", async () => {
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
});

describe("npm run cost", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "cost-"));
  });
  after(() => rm(directory, { recursive: true }));

  const file = async (content: unknown): Promise<string> => {
    const path = join(directory, "file.json");
    await writeFile(path, JSON.stringify(content));
    return path;
  };
  const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

  for (const { args, says } of [
    { args: [], says: "--nodes" },
    { args: ["--nodes", "10"], says: "--scans-per-day" },
    { args: ["--nodes", "-1", "--scans-per-day", "1"], says: "'-1' is invalid. Allowed: a whole number from 0" },
    { args: ["--nodes", "1.5", "--scans-per-day", "1"], says: "'1.5' is invalid. Allowed: a whole number" },
    { args: ["--nodes", "10", "--scans-per-day", "many"], says: "'many' is invalid. Allowed: a number from 0 to 1440" },
    { args: ["--nodes", "10", "--scans-per-day", "1", "--noncompliant", "101"], says: "from 0 to 100" },
    { args: ["--nodes", "10", "--scans-per-day", "1", "--sweep-hours", "0"], says: "from 1 to 72" },
    { args: ["--nodes", "10", "--scans-per-day", "1", "more"], says: "too many arguments" },
    { args: ["--nodes", "10", "--scans-per-day", "1", "--speed"], says: "unknown option" },
  ]) {
    it(`refuses ${args.join(" ") || "nothing at all"}`, () => {
      expect(() => parseOptions(args))
        .to.throw(InputError, says)
        .with.property("message")
        .that.does.not.include("\n");
    });
  }

  it("says what is wrong with a price list", async () => {
    const { prices, ...others } = await readPrices();
    const wrong = await file({ ...others, prices: { ...prices, trace: { unit: "trace", usd: "free", free: 0 } } });
    expect(await failure(readPrices(wrong)))
      .to.be.instanceOf(InputError)
      .with.property("message")
      .that.includes("/prices/trace/usd: Invalid input: expected number, received string");
  });

  it("names the function that a price list gives no duration", async () => {
    const list = await readPrices();
    const { assumptions: own } = list;
    const incomplete = { ...list, assumptions: { ...own, functionMilliseconds: {} } };
    expect(() => monthlyCost(scans, scenario("together"), nothing, incomplete)).to.throw(
      InputError,
      "/assumptions/functionMilliseconds/dispatch",
    );
  });

  const report = (functions: object, nodes = 3) => ({
    schema: 1,
    findings: [],
    changes: [],
    executions: [{ nodes }],
    usage: { messages: 1, transitions: 1, functions, metrics: [] },
  });
  const CONFIG = "Pulumi.dev.yaml";
  const ran = { invocations: 1, memoryMegabytes: 256, logBytes: 0 };
  for (const { what, content, says } of [
    { what: "no report", content: {}, says: "/schema: " },
    { what: "a report without usage", content: { ...report({}), usage: undefined }, says: "/usage: " },
    { what: "a run without a sweep", content: report({ redrive: ran }), says: "sweep did not run; write the" },
    { what: "a run without attempts", content: report({}, 0), says: "no execution processed a node" },
  ]) {
    it(`refuses ${what}`, async () => {
      expect(await failure(figuresOfFile(await file(content), CONFIG, {})))
        .to.be.instanceOf(InputError)
        .with.property("message")
        .that.includes(says);
    });
  }

  it("measures an idle redrive for a run that ended before its first one", async () => {
    const { functions } = await figuresOfFile(await file(report({ sweep: ran })), CONFIG, {});
    expect(functions["sweep"]).to.deep.equal(ran);
    expect(functions["redrive"]).to.deep.include({ invocations: 1, logBytes: 0 });
  });

  const run = (...args: string[]) => runCommand("cost", args, { PATH: process.env["PATH"] ?? "" });

  it("measures in two embedded runs, and counts what is deployed", async () => {
    const { code, stdout, stderr } = await run("--nodes", "4", "--scans-per-day", "1", "--sweep-hours", "1", "--json");
    expect([code, stderr]).to.deep.equal([0, ""]);
    const { deployment, results } = JSON.parse(stdout) as {
      deployment: Deployment;
      results: { name: string; usd: number; figures: Figures; lines: { item: Item; amount: number }[] }[];
    };
    expect(deployment.sweepsPerMonth).to.equal(720);
    expect(results.map(({ name }) => name)).to.deep.equal(["together", "one by one"]);
    const [together, oneByOne] = results;
    // Events and sweep read each node. One finding is about an association: the sweep may read its node once more.
    expect(together?.figures.nodes).to.equal(4);
    expect(together?.figures.attempts).to.be.within(8, 9);
    expect(together?.figures.executions).to.be.lessThan(oneByOne?.figures.executions ?? 0);
    expect(oneByOne?.figures).to.deep.include({ nodes: 4, attempts: 4, executions: 4 });
    for (const { figures: measured } of results) {
      expect(measured.transitions).to.be.at.least(9 * measured.executions);
      expect(measured.functions["gather"]?.invocations).to.equal(measured.executions);
      expect(measured.functions["redrive"]?.logBytes, "redrive logs nothing if no message waits").to.equal(0);
      expect(measured.functions["publish"]?.logBytes).to.be.greaterThan(100);
    }
    expect(together?.figures.metrics).to.include("SweepFinished");
  });

  it("exits with 2 and one line for a wrong command line", async () => {
    const { code, stdout, stderr } = await run("--nodes", "many");
    expect([code, stdout, stderr.trimEnd().split("\n").length]).to.deep.equal([2, "", 1]);
  });
});
