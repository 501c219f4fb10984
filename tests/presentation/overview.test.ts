import { expect } from "chai";
import { overviewOf, share } from "../../presentation/overview/overview.ts";
import { INDEXED, viewOf } from "../fixtures/searched-findings.ts";
import { dueFinding } from "../fixtures/due-findings.ts";

const ROWS = INDEXED.map(({ row }) => row);

describe("the overview", () => {
  it("counts the program's open findings", () => {
    expect(overviewOf(ROWS)).to.deep.include({
      open: 5,
      bySeverity: { CRITICAL: 1, HIGH: 1, MEDIUM: 1, LOW: 2, INFORMATIONAL: 0 },
      overdue: 1,
      dueSoon: 1,
      blindSpots: 1,
      unmanaged: 0,
      byWorkflow: { NEW: 5, NOTIFIED: 0, RESOLVED: 0, SUPPRESSED: 0 },
      closed: 1,
    });
  });

  it("leaves out suppressed findings, and counts them by workflow status", () => {
    const [first, ...rest] = ROWS;
    if (first === undefined) throw new Error("there are findings");
    const overview = overviewOf([{ ...first, view: { ...first.view, workflowStatus: "SUPPRESSED" } }, ...rest]);
    expect([overview.open, overview.overdue, overview.byWorkflow.SUPPRESSED]).to.deep.equal([4, 0, 1]);
    // Its node lacks the patch all the same, as the page of the patch says.
    expect(overview.worstPatches[0]?.nodes).to.equal(4);
  });

  it("names the worst patches and owners, at most 5 of each", () => {
    const { worstPatches, worstOwners } = overviewOf(ROWS);
    expect(worstPatches[0]).to.include({ key: "KB1", worstSeverity: "CRITICAL", nodes: 4, overdue: 1 });
    expect(worstOwners[0]).to.include({ owner: "payments", findings: 2, overdue: 1 });
    const many = Array.from({ length: 9 }, (_, at) => ({
      key: String(at),
      view: viewOf(dueFinding(at + 1, { fields: { PatchesSince: `KB${at} 2026-11-01` }, tags: { Team: `t${at}` } })),
    }));
    const crowded = overviewOf(many);
    expect([crowded.worstPatches.length, crowded.patches, crowded.worstOwners.length]).to.deep.equal([5, 9, 5]);
  });

  it("names no owners if no node has one", () => {
    expect(overviewOf(ROWS.slice(4)).worstOwners).to.deep.equal([]);
  });

  it("has the share of compliant nodes if nodes were read", () => {
    expect(overviewOf([], { compliant: 987, noncompliant: 12, unknown: 1 }).nodes).to.include({
      total: 1_000,
      compliantShare: "98.7%",
    });
    expect(overviewOf([], { compliant: 0, noncompliant: 0, unknown: 0 })).to.not.have.any.keys("nodes");
    expect(overviewOf([])).to.not.have.any.keys("nodes");
  });

  for (const [part, whole, expected] of [
    [9_999, 10_000, "99.9%"],
    [10, 10, "100%"],
    [0, 7, "0%"],
    [1, 3, "33.3%"],
  ] as const) {
    it(`calls ${part} of ${whole} ${expected}`, () => {
      expect(share(part, whole)).to.equal(expected);
    });
  }
});
