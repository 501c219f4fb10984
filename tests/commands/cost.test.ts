import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseOptions } from "../../commands/cost.ts";
import { figuresOfFile } from "../../commands/cost/figures.ts";
import type { Deployment, Figures } from "../../commands/cost/model.ts";
import { readPrices, type Item } from "../../commands/cost/prices.ts";
import { InputError } from "../../command-line/input-error.ts";
import { runCommand } from "../fixtures/command-process.ts";

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

  it("names the error in a price list", async () => {
    const { prices, ...others } = await readPrices();
    const wrong = await file({ ...others, prices: { ...prices, trace: { unit: "trace", usd: "free", free: 0 } } });
    expect(await failure(readPrices(wrong)))
      .to.be.instanceOf(InputError)
      .with.property("message")
      .that.includes("/prices/trace/usd: Invalid input: expected number, received string");
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

  it("measures in two embedded runs, and counts the deployed resources", async () => {
    const { code, stdout, stderr } = await run("--nodes", "4", "--scans-per-day", "1", "--sweep-hours", "1", "--json");
    expect([code, stderr]).to.deep.equal([0, ""]);
    const { deployment, results } = JSON.parse(stdout) as {
      deployment: Deployment;
      results: { name: string; usd: number; figures: Figures; lines: { item: Item; amount: number }[] }[];
    };
    expect(deployment.sweepsPerMonth).to.equal(720);
    expect(results.map(({ name }) => name)).to.deep.equal(["together", "one by one"]);
    const [together, oneByOne] = results;
    // The events read each node. The sweep compares them, and on a Sunday it may read some again.
    expect(together?.figures.nodes).to.equal(4);
    expect(together?.figures.attempts).to.be.within(4, 8);
    expect(together?.figures.executions).to.be.lessThan(oneByOne?.figures.executions ?? 0);
    expect(oneByOne?.figures).to.deep.include({ nodes: 4, attempts: 4, executions: 4 });
    for (const { figures: measured } of results) {
      expect(measured.transitions).to.be.at.least(6 * measured.executions);
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
