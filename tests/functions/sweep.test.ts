import { expect } from "chai";
import { state } from "../doubles/patch-data.ts";
import { nodeId, NODE } from "../fixtures/node-fixtures.ts";
import { finding, HYBRID, STARTED, sweep } from "../fixtures/sweep-fixture.ts";

describe("sweep", () => {
  it("sends the nodes that differ to the work queue, 50 in a message, one message after the other", async () => {
    const ids = Array.from({ length: 120 }, (_, index) => nodeId(index));
    const { work, outcomes, counted, recorded } = await sweep({
      pages: [[HYBRID, ...ids.slice(0, 30)], [...ids.slice(30, 70), "web-1"], ids.slice(70)],
    });
    expect(work.map(({ references, delay }) => [references.length, delay])).to.deep.equal([
      [50, 0],
      [50, 2],
      [21, 4],
    ]);
    expect(work.flatMap(({ references }) => references)).to.deep.equal(
      [HYBRID, ...ids].map((id) => ({ nodeId: id, attempts: 0, sweep: STARTED })),
    );
    expect([outcomes, counted]).to.deep.equal([["finished"], ["SweepFinished"]]);
    expect(recorded).to.deep.equal({ NodesCompared: 121, NodesSwept: 121 });
  });

  it("sends no node that is as its findings say, and reads each list once", async () => {
    const ids = Array.from({ length: 150 }, (_, index) => nodeId(index));
    const { work, calls, recorded, outcomes } = await sweep({
      pages: [ids.slice(0, 50), ids.slice(50, 100), ids.slice(100)],
      states: ids.map((InstanceId) => state({ InstanceId })),
    });
    expect([work, outcomes]).to.deep.equal([[], ["finished"]]);
    expect(recorded).to.deep.equal({ NodesCompared: 150, NodesSwept: 0 });
    expect(calls).to.deep.equal(["findings", "findings", "summaries", "states", "states", "states"]);
  });

  it("reads which nodes have associations only for a node without a patch state", async () => {
    const pages = [[nodeId(1)], [nodeId(2), nodeId(3)]];
    const { references, calls } = await sweep({ pages, withAssociations: [nodeId(1), nodeId(3)] });
    expect(references).to.deep.equal([{ nodeId: nodeId(2), attempts: 0, sweep: STARTED }]);
    expect(calls.filter((call) => call === "associations")).to.have.length(1);
  });

  it("requests the associations of a node whose association is noncompliant, or whose finding is about one, and all items if a finding may close", async () => {
    const about = (Source: string) => [finding(NODE, { ProductFields: { "PatchFindings/Source": Source } })];
    const asked = { nodeId: NODE, attempts: 0, sweep: STARTED, readAssociations: true };
    const { references } = await sweep({ states: [state()], noncompliant: { [NODE]: ["Association"] } });
    expect(references).to.deep.equal([asked]);
    const inFull = { nodeId: NODE, attempts: 0, sweep: STARTED, readInFull: true };
    expect((await sweep({ open: about("Association") })).references).to.deep.equal([{ ...asked, ...inFull }]);
    expect((await sweep({ open: about("Patch") })).references).to.deep.equal([inFull]);
  });

  it("sends a node whose patch state Systems Manager refuses to return", async () => {
    const { references } = await sweep({
      pages: [[nodeId(1), NODE]],
      states: [nodeId(1), NODE].map((InstanceId) => state({ InstanceId })),
      refusedNode: NODE,
    });
    expect(references).to.deep.equal([{ nodeId: NODE, attempts: 0, sweep: STARTED }]);
  });

  const claim = { attempts: 0, sweep: STARTED, removed: "absent" };
  for (const kind of ["open", "unresolved"] as const) {
    it(`lets the state machine ask about the nodes of ${kind} findings that are not listed`, async () => {
      const blindSpot = {
        Id: `patch-manager-findings/us-east-2/111122223333/${NODE}/blind-spot`,
        GeneratorId: "patch-manager-findings/blind-spot",
      };
      const findings = [finding(NODE), finding(NODE, blindSpot), finding(HYBRID), finding(nodeId(1))];
      const { references } = await sweep({ pages: [[]], [kind]: findings, listed: [nodeId(1)] });
      expect(references).to.deep.equal([
        { nodeId: NODE, ...claim },
        { nodeId: HYBRID, ...claim },
      ]);
    });
  }

  it("calls no node removed that an earlier turn saw, and reads every page of findings", async () => {
    const ids = Array.from({ length: 120 }, (_, index) => nodeId(index));
    const body = JSON.stringify({ sweep: { startedAt: STARTED, stage: "unlisted", pages: 9, attempts: 0 } });
    const { references } = await sweep(
      { open: ids.toReversed().map((id) => finding(id)), listed: ids.slice(0, 119) },
      body,
    );
    expect(references).to.deep.equal([{ nodeId: ids[119], ...claim }]);
  });

  it("calls no node removed when Systems Manager refuses to answer for one node", async () => {
    const { references, outcomes, counted } = await sweep({
      pages: [[]],
      open: [finding(NODE), finding(HYBRID)],
      refusedNode: NODE,
    });
    expect(references).to.deep.equal([]);
    expect([outcomes.at(-1), counted]).to.deep.equal(["unfinished", ["SweepUnfinished"]]);
  });

  for (const unread of ["states", "summaries", "associations", "findings"] as const) {
    it(`takes no node for unchanged or removed if a list cannot be read: ${unread}`, async () => {
      const { references, outcomes, counted } = await sweep({ open: [finding(HYBRID)], unread });
      expect([references, outcomes.at(-1)]).to.deep.equal([[], "unfinished"]);
      expect(counted).to.deep.equal(["SweepUnfinished"]);
    });
  }

  it("ignores findings of other products", async () => {
    const others = [{ GeneratorId: "x" }, { AwsAccountId: "9" }, { ProductArn: "arn:x" }, { Region: "x" }, { Id: "x" }];
    const { references } = await sweep({ pages: [[]], open: others.map((parts) => finding(NODE, parts)) });
    expect(references).to.deep.equal([]);
  });
});
