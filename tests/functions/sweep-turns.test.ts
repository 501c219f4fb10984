import { expect } from "chai";
import { MAX_PAGES } from "../../functions/work/sweep-turn.ts";
import { days, nodeId, NODE } from "../fixtures/node-fixtures.ts";
import { finding, named, STARTED, sweep } from "../fixtures/sweep-fixture.ts";

describe("the turns of a sweep", () => {
  it("sends the next turn when time runs out, and loses no page", async () => {
    const pages = Array.from({ length: 25 }, (_, index) => [nodeId(index)]);
    const { references, outcomes, handed } = await sweep({ pages, turns: 10 });
    expect(references.map((one) => one["nodeId"])).to.deep.equal(pages.flat());
    expect(outcomes.at(-1)).to.equal("finished");
    expect(handed.map((one) => [one.sweep["token"], one.delay]).slice(0, 2)).to.deep.equal([
      ["10", 2],
      ["20", 2],
    ]);
  });

  it("sends 100,000 nodes, at most 400 messages a turn", async () => {
    const pages = Array.from({ length: 2_000 }, (_, page) =>
      Array.from({ length: 50 }, (_, i) => nodeId(page * 50 + i)),
    );
    const { references, handed, outcomes } = await sweep({ pages, turns: 5_000 });
    expect(references).to.have.length(100_000);
    expect(outcomes.filter((outcome) => outcome === "handedOn")).to.have.length(5);
    expect(Math.max(...handed.map(({ delay }) => delay))).to.equal(800);
  });

  it("compares 100,000 nodes in one turn if none differs", async () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => nodeId(index));
    const pages = Array.from({ length: 2_000 }, (_, page) => ids.slice(page * 50, page * 50 + 50));
    const { references, outcomes } = await sweep({ pages, turns: 5_000, withAssociations: ids });
    expect([references, outcomes]).to.deep.equal([[], ["finished"]]);
  });

  it("calls no node removed when Systems Manager fails from the second page on, and reports an unfinished sweep", async () => {
    const { references, outcomes, handed, counted } = await sweep({
      pages: [[nodeId(1)], [nodeId(2)]],
      open: [finding(NODE)],
      failsAt: 1,
      error: named("InternalServerError"),
    });
    expect(references).to.deep.equal([{ nodeId: nodeId(1), attempts: 0, sweep: STARTED }]);
    expect(handed.map(({ delay, sweep: { attempts } }) => [attempts, delay])).to.deep.equal([
      [1, 60],
      [2, 120],
      [3, 240],
      [4, 480],
    ]);
    expect(outcomes.at(-1)).to.equal("unfinished");
    expect(counted).to.deep.equal(["SweepUnfinished"]);
  });

  it("does not retry a denied call", async () => {
    const { outcomes } = await sweep({ error: named("AccessDeniedException") });
    expect(outcomes).to.deep.equal(["unfinished"]);
  });

  it("starts a stage again if its token has expired", async () => {
    const token = JSON.stringify({ sweep: { startedAt: STARTED, stage: "nodes", token: "1", pages: 9, attempts: 0 } });
    const { handed } = await sweep({ failsAt: 1, error: named("InvalidNextToken"), pages: [[], []] }, token);
    expect(handed[0]?.sweep).to.deep.equal({ startedAt: STARTED, stage: "nodes", pages: 9, attempts: 1 });
  });

  it("does nothing while Security Hub is unavailable, and reports it", async () => {
    const { work, counted, outcomes } = await sweep({ hubError: named("SecurityHubUnavailable") });
    expect([work, counted, outcomes]).to.deep.equal([[], ["SweepSkipped"], ["skipped"]]);
  });

  it("ends after a bounded number of pages", async () => {
    const body = JSON.stringify({ sweep: { startedAt: STARTED, stage: "unlisted", pages: MAX_PAGES, attempts: 0 } });
    const { work, counted, outcomes } = await sweep({}, body);
    expect([work, counted, outcomes]).to.deep.equal([[], ["SweepUnfinished"], ["unfinished"]]);
  });

  for (const body of [
    "{",
    "null",
    "[]",
    '{"sweep":{}}',
    JSON.stringify({ sweep: { startedAt: days(0), stage: "x" } }),
  ]) {
    it(`ignores ${body}`, async () => {
      expect((await sweep({}, body)).outcomes).to.deep.equal(["unfinished"]);
    });
  }
});
