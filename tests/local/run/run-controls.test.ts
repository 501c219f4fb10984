import { expect } from "chai";
import { InputError } from "../../../command-line/input-error.ts";
import { parseOptions } from "../../../local/run/options.ts";
import { startRun, type Run } from "../../../local/run/run.ts";
import { untilQueuesAreEmpty } from "../../../local/run/settling.ts";

const NODES = 24;

describe("controls of an embedded run", function () {
  this.timeout(180_000);
  let run: Run;
  before(async () => {
    run = await startRun(parseOptions(["--nodes", String(NODES), "--time-scale", "300"]));
    await run.sendEvents();
    await untilQueuesAreEmpty(run);
  });
  after(() => run.close());

  /** Ids of the nodes whose findings are in this state. */
  const nodesOf = (state: string): string[] =>
    run.hub
      .held()
      .filter(({ RecordState }) => RecordState === state)
      .map(({ Id }) => String(Id).split("/").at(-1) ?? "")
      .toSorted();
  const noncompliant = (): string[] => [
    ...new Set(
      run.ssm
        .fleet()
        .complianceItems.filter(({ Status }) => Status === "NON_COMPLIANT")
        .map(({ ResourceId }) => ResourceId),
    ),
  ];
  const parked = async (): Promise<number> => {
    const { visible, delayed, inFlight } = await run.cloud.counts(run.program.queues.outage);
    return visible + delayed + inFlight;
  };

  it("parks the work of patch runs while Security Hub is switched off, and closes the findings when it is back", async () => {
    const open = nodesOf("ACTIVE");
    expect(open).to.deep.equal(noncompliant().toSorted());
    const patched = open.slice(0, Math.ceil(open.length / 2));
    const { revision } = run.hub;
    run.controls.setHubAvailable(false);
    expect(run.controls.hubAvailable).to.equal(false);
    expect(await run.controls.patch([...patched, ...patched])).to.equal(patched.length);
    await run.cloud.drained();
    expect(await run.controls.redrive()).to.equal(true);
    expect(await parked()).to.be.greaterThan(0);
    expect(run.hub.revision).to.equal(revision);

    run.controls.setHubAvailable(true);
    expect(await run.controls.redrive()).to.equal(true);
    await untilQueuesAreEmpty(run);
    expect(await parked()).to.equal(0);
    const left = noncompliant();
    const closed = patched.filter((nodeId) => !left.includes(nodeId));
    expect(closed.length).to.be.greaterThan(0);
    expect(nodesOf("ARCHIVED")).to.deep.equal(closed);
    expect(nodesOf("ACTIVE")).to.deep.equal(left.toSorted());
  });

  it("scans all nodes that can be reached, which changes no finding", async () => {
    const { revision } = run.hub;
    const { eventsMatched } = run.cloud.traffic;
    expect(await run.controls.scan()).to.equal(NODES);
    expect(run.cloud.traffic.eventsMatched - eventsMatched).to.equal(NODES);
    await run.cloud.drained();
    expect(run.hub.revision).to.equal(revision);
  });

  it("sweeps", async () => {
    const sweeps = () => run.cloud.usage.functions["sweep"]?.invocations ?? 0;
    const before = sweeps();
    expect(await run.controls.sweep()).to.equal(true);
    await run.cloud.drained();
    expect(sweeps()).to.equal(before + 1);
  });

  it("names unknown ids, and starts nothing", async () => {
    const before = run.ssm.fleet();
    const unknown = ["i-00000000000000000", "\u001b[2J"];
    const [known = ""] = run.ssm.onlineNodes();
    const error: unknown = await run.controls.patch([known, ...unknown]).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(InputError);
    expect(String(error)).to.include('unknown nodes: "i-00000000000000000", "\\u001b[2J"');
    expect(run.ssm.fleet()).to.equal(before);
  });

  it("keeps the payloads of the newest executions while the run continues", () => {
    const events = run.cloud.executions().flatMap((execution) => execution.events);
    expect(events.filter(({ payload }) => payload !== undefined)).to.not.have.lengthOf(0);
    expect(run.cloud.defects).to.deep.equal([]);
    expect(run.cloud.denied).to.deep.equal([]);
  });
});
