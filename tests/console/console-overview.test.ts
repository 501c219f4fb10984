import { expect } from "chai";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { report } from "../../commands/findings.ts";
import { localRunSource } from "../../commands/findings/local-run.ts";
import type { LiveState, OverviewAnswer } from "../../console/api.ts";
import type { Console } from "../../console/server.ts";
import type { Run } from "../../local/run/run.ts";
import { shownRun, type ShownRun } from "../fixtures/shown-run.ts";
import { paper } from "../fixtures/findings-fixtures.ts";

describe("the console's overview", function () {
  this.timeout(180_000);
  let started: ShownRun;
  let run: Run;
  let shown: Console;
  before(async () => {
    started = await shownRun(["--time-scale", "300"]);
    ({ run, console: shown } = started);
  });
  after(async () => {
    await started.close();
    expect(started.failures).to.deep.equal([]);
  });

  const overview = async (): Promise<OverviewAnswer> => {
    const text = await (await fetch(`${shown.url}/api/overview`)).text();
    expect(text.length).to.be.below(100_000);
    return JSON.parse(text) as OverviewAnswer;
  };
  const post = async (path: string, body: object): Promise<string> => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${shown.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return ((await answer.json()) as { message: string }).message;
  };
  const live = async (): Promise<LiveState> => {
    const answer = await fetch(`${shown.url}/api/live`);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("\n\n")) text += (await reader?.read())?.value ?? "\n\n";
    await reader?.cancel();
    return JSON.parse(text.slice("data: ".length, text.indexOf("\n\n"))) as LiveState;
  };
  /** Reads until the state is as wanted. The console reads the run twice a second. */
  const liveWhen = async (isWanted: (state: LiveState) => boolean): Promise<LiveState> => {
    for (;;) {
      const state = await live();
      if (isWanted(state)) return state;
      await new Promise((resolve) => setTimeout(resolve, 10_000));
    }
  };
  /** Reads until a line of the feed matches. */
  const activity = async (words: RegExp): Promise<void> => {
    for (;;) {
      const lines = (await overview()).activity.map(({ what }) => what);
      if (lines.some((line) => words.test(line))) return;
      await new Promise((resolve) => setTimeout(resolve, 10_000));
    }
  };

  it("counts nodes and findings, and names what is worst", async () => {
    const { overview: seen, activity: feed } = await overview();
    expect(seen.nodes).to.include({ total: run.fleet.nodes.length, noncompliant: 16 });
    expect(seen).to.deep.include({ open: 16, closed: 0 });
    expect(seen.bySeverity).to.include({ CRITICAL: 3, HIGH: 4 });
    expect(seen.worstPatches).to.have.length(5);
    expect(seen.worstOwners[0]).to.include({ owner: "platform", findings: 5 });
    expect(feed.map(({ what }) => what).join("\n")).to.match(/^opened \d+ findings?$/m);
  });

  it("has the share of compliant nodes in its report, and in that of npm run findings", async () => {
    const directory = await mkdtemp(join(tmpdir(), "report-"));
    try {
      const file = join(directory, "report.html");
      await report(localRunSource(shown.url), file, new Date(), paper());
      const { compliant = 0, total = 0 } = (await overview()).overview.nodes ?? {};
      const words = `${Math.floor((compliant / total) * 1_000) / 10} %</dd><dd>${compliant} of ${total} nodes`;
      expect(await readFile(file, "utf8")).to.include(words);
      expect(await (await fetch(`${shown.url}/report.html`)).text()).to.include(words);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("names the node of a single change", async () => {
    const { activity: feed } = await overview();
    for (const { what, node } of feed) expect(node !== undefined, what).to.equal(/ 1 finding$/.test(what));
  });

  it("says what happened: an outage, parked nodes, and their redrive", async () => {
    await post("/api/hub", { available: false });
    await activity(/^Security Hub became unavailable$/);
    const some = run.hub.findings().flatMap((finding) => /i-0[0-9a-f]{16}/.exec(JSON.stringify(finding))?.[0] ?? []);
    expect(await post("/api/patch", { nodes: some.slice(0, 5) })).to.equal("5 nodes patched.");
    await activity(/^patched 5 nodes$/);
    await activity(/^parked 5 nodes in the outage queue$/);
    const { findings, progress } = await liveWhen(({ program }) => program?.queues.outage?.nodes === 5);
    expect(findings.problem).to.match(/unavailable/);
    expect(progress).to.equal(undefined);
    await post("/api/hub", { available: true });
    await activity(/^Security Hub is available again$/);
    await post("/api/redrive", {});
    await activity(/^redrive retried 5 nodes$/);
    await activity(/^closed \d findings?$/);
  });

  it("tells the time of the run with each state", async () => {
    const { now, canRefresh } = await live();
    expect(Math.abs(Date.parse(now) - Date.now())).to.be.below(10 * 60_000);
    expect(canRefresh).to.equal(false);
  });

  it("counts the nodes of a patch run while it runs", async () => {
    const running = run.controls.scan();
    expect(run.controls.progress).to.deep.equal({ done: 0, total: countOnline() });
    await running;
    expect(run.controls.progress).to.equal(undefined);
  });
  const countOnline = (): number => run.ssm.onlineNodes().length;
});
