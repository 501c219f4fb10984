import { expect } from "chai";
import { GENERATOR_IDS } from "../../contract/generators.ts";
import { readSweepMessage } from "../../functions/work/sweep-message.ts";
import { state } from "../doubles/patch-data.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";
import { finding, named, STARTED, sweep } from "../fixtures/sweep-fixture.ts";

const IDS = Array.from({ length: 6 }, (_, index) => nodeId(index));
const STATES = IDS.map((InstanceId) => state({ InstanceId }));

function open(node: string, severity: string, parts: object = {}): object {
  return finding(node, { FindingProviderFields: { Severity: { Label: severity } }, ...parts });
}

function blindSpot(node: string, parts: object = {}): object {
  const generator = { Id: `${finding(node).Id}/blind-spot`, GeneratorId: GENERATOR_IDS.blindSpot };
  return open(node, "MEDIUM", { ...generator, ...parts });
}

const NONE = {
  OpenFindingsCritical: 0,
  OpenFindingsHigh: 0,
  OpenFindingsMedium: 0,
  OpenFindingsLow: 0,
  OpenFindingsInformational: 0,
  OpenFindingsOverdue: 0,
  OpenBlindSpots: 0,
};

describe("the gauges of a sweep", () => {
  it("count open findings by severity, overdue ones and blind spots, and the compliant nodes", async () => {
    const { gauges } = await sweep({
      pages: [IDS.slice(0, 4), IDS.slice(4)],
      states: STATES,
      open: [
        open(nodeId(0), "CRITICAL", { ProductFields: { "PatchFindings/Due": "overdue" } }),
        open(nodeId(1), "LOW", { ProductFields: { "PatchFindings/Due": "soon" } }),
        blindSpot(nodeId(2)),
      ],
    });
    const counts = { OpenFindingsCritical: 1, OpenFindingsLow: 1, OpenFindingsOverdue: 1, OpenBlindSpots: 1 };
    expect(gauges).to.deep.equal([{ ...NONE, ...counts, CompliantNodes: 50 }]);
  });

  it("leave out findings that are suppressed or resolved, whose nodes are still not compliant", async () => {
    const status = (Status: string) => ({ Workflow: { Status } });
    const { gauges } = await sweep({
      pages: [IDS],
      states: STATES,
      open: [
        open(nodeId(0), "HIGH", status("SUPPRESSED")),
        open(nodeId(1), "HIGH", status("RESOLVED")),
        blindSpot(nodeId(2), status("SUPPRESSED")),
        open(nodeId(3), "HIGH", status("NOTIFIED")),
      ],
    });
    expect(gauges).to.deep.equal([{ ...NONE, OpenFindingsHigh: 1, CompliantNodes: 33.33 }]);
  });

  it("are written once, in the turn that finishes, with the nodes of all turns", async () => {
    const { gauges, outcomes, handed } = await sweep({
      pages: IDS.map((id) => [id]),
      states: STATES.slice(1),
      turns: 2,
    });
    expect(outcomes.slice(-2)).to.deep.equal(["handedOn", "finished"]);
    // The first node has no patch state, so it is sent to be checked.
    expect(handed[0]?.sweep["tally"]).to.deep.equal({ compared: 2, compliant: 1 });
    expect(gauges).to.deep.equal([{ ...NONE, CompliantNodes: 83.33 }]);
  });

  it("are not written by a sweep that stops early", async () => {
    const { gauges } = await sweep({ pages: [[nodeId(1)], []], failsAt: 1, error: named("AccessDeniedException") });
    expect(gauges).to.deep.equal([]);
  });

  it("leave out the share of compliant nodes if no node was counted", async () => {
    expect((await sweep({ pages: [[]] })).gauges).to.deep.equal([NONE]);
    const old = JSON.stringify({ sweep: { startedAt: STARTED, stage: "nodes", pages: 3, attempts: 0 } });
    expect((await sweep({ states: STATES }, old)).gauges).to.deep.equal([NONE]);
  });

  it("count the nodes of a stage that starts again once", async () => {
    const tally = { compared: 9, compliant: 9 };
    const turn = { startedAt: STARTED, stage: "nodes", token: "1", pages: 9, attempts: 0, tally };
    const failing = { failsAt: 1, error: named("InvalidNextToken"), pages: [[], []] };
    const { handed } = await sweep(failing, JSON.stringify({ sweep: turn }));
    expect(handed[0]?.sweep["tally"]).to.deep.equal({ compared: 0, compliant: 0 });
    const throttled = await sweep({ ...failing, error: named("ThrottlingException") }, JSON.stringify({ sweep: turn }));
    expect(throttled.handed[0]?.sweep["tally"]).to.deep.equal(tally);
  });

  for (const tally of [
    null,
    [],
    5,
    {},
    { compared: 1 },
    { compared: 1, compliant: 2 },
    { compared: 1.5, compliant: 1 },
  ]) {
    it(`refuse the count ${JSON.stringify(tally)}`, () => {
      const turn = { startedAt: STARTED, stage: "nodes", pages: 0, attempts: 0, tally };
      expect(readSweepMessage(JSON.stringify({ sweep: turn }))).to.equal(undefined);
    });
  }
});
