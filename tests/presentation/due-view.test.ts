import { expect } from "chai";
import { acceptedPatches, patchesSince } from "../../presentation/findings/due-view.ts";
import {
  ageInDays,
  byOwner,
  countByDue,
  dueInWords,
  inOrder,
  FINDING_ORDERS,
} from "../../presentation/findings/due.ts";
import { findingView } from "../../presentation/findings/finding-view.ts";
import { DUE_FINDINGS, dueFinding } from "../fixtures/due-findings.ts";

const viewOf = (finding: object) => {
  const view = findingView(finding, "Team");
  if (view === undefined) throw new Error("the finding has no view");
  return view;
};
const views = DUE_FINDINGS.map(viewOf);
const [overdue, soon] = views;

describe("the view of a deadline", () => {
  for (const [text, parsed] of [
    ["KB1 2026-07-01, KB2 2026-07-02", ["KB1|2026-07-01", "KB2|2026-07-02"]],
    ["a, b 2026-07-01, c d 2026-07-02", ["a, b|2026-07-01", "c d|2026-07-02"]],
    ["x 2026-01-01 2026-07-01", ["x 2026-01-01|2026-07-01"]],
    ["KB1 2026-07-01 and 3 more", ["KB1|2026-07-01"]],
    ["KB1 2026-07-01, KB2 20", ["KB1|2026-07-01"]],
    ["KB1", []],
    ["2026-07-01", []],
    ["", []],
  ] as const) {
    it(`reads the clocks of "${text}"`, () => {
      expect(patchesSince(text).map(({ patch, since }) => `${patch}|${since}`)).to.deep.equal(parsed);
    });
  }

  for (const [text, entries] of [
    [
      "KB1 accepted until 2026-12-31 by jane: no reboot, yet",
      ["KB1 accepted until 2026-12-31 by jane: no reboot, yet"],
    ],
    [
      "KB1 accepted until 2026-12-31 by jane: a, b, KB2 accepted until 2027-01-01T12:00:00.000Z by x: c and 3 more",
      ["KB1 accepted until 2026-12-31 by jane: a, b", "KB2 accepted until 2027-01-01T12:00:00.000Z by x: c and 3 more"],
    ],
    ["patches accepted until soon", ["patches accepted until soon"]],
    ["", []],
  ] as const) {
    it(`reads the accepted patches of "${text}"`, () => {
      expect(acceptedPatches(text)).to.deep.equal(entries);
    });
  }

  it("reads long hostile clocks quickly", () => {
    for (const text of ["a ".repeat(1e5), "a 2026-07-01 ".repeat(1e4), ", ".repeat(1e5)]) {
      patchesSince(text);
      acceptedPatches(text);
    }
  });

  it("has the facts of the finding", () => {
    expect(overdue).to.deep.include({
      owner: "payments",
      due: "overdue",
      overdue: true,
      dueDate: "2026-11-15T00:00:00.000Z",
      overdueSince: "2026-11-15T00:00:00.000Z",
      accepted: "some",
    });
    expect(soon?.owner).to.match(/^=1\+1 \[2J<img [^\p{Cc}\p{Cf}]*$/u);
  });

  it("has no owner under another tag, nor from a prototype", () => {
    expect(DUE_FINDINGS.map((finding) => findingView(finding)?.owner)).to.deep.equal([
      "ann",
      undefined,
      undefined,
      undefined,
    ]);
    for (const tag of ["team", "constructor", "__proto__"]) {
      expect(DUE_FINDINGS.map((finding) => findingView(finding, tag)?.owner)).to.deep.equal(Array(4).fill(undefined));
    }
  });

  it("of a closed finding is empty", () => {
    const closed = viewOf({ ...DUE_FINDINGS[0], RecordState: "ARCHIVED" });
    expect(closed).to.not.have.any.keys("due", "dueDate", "overdueSince", "accepted");
    expect([closed.overdue, closed.patchesSince, ageInDays(closed, new Date())]).to.deep.equal([false, [], undefined]);
  });

  it("names the last change, unless its word is unknown", () => {
    expect(viewOf(dueFinding(1, { fields: { Change: "severity raised" } })).change).to.equal("severity raised");
    expect(viewOf(dueFinding(1, { fields: { Change: "<b>" } }))).to.not.have.any.keys("change");
  });

  it("ignores states that are unknown, and takes an earlier version's", () => {
    expect(viewOf(dueFinding(1, { fields: { Due: "tomorrow", Accepted: "none" } }))).to.not.have.any.keys(
      "due",
      "accepted",
    );
    expect(viewOf(dueFinding(1, { fields: { Overdue: "true" } }))).to.include({ due: "overdue", overdue: true });
  });

  it("is short in words", () => {
    expect(views.map(dueInWords)).to.deep.equal(["2026-11-15 overdue", "2026-11-24 soon", "2027-03-30", ""]);
  });

  it("has an age in whole days", () => {
    const now = new Date("2026-11-20T12:00:00Z");
    expect(views.map((view) => ageInDays(view, now))).to.deep.equal([19, 2, 50, 1]);
    expect(views.map((view) => ageInDays(view, new Date(0)))).to.deep.equal([0, 0, 0, 0]);
    const unreadable = dueFinding(1, { fields: { OpenSince: "yesterday" } });
    expect(ageInDays(viewOf(unreadable), now)).to.equal(undefined);
  });

  const orders = { severity: "2134", age: "3124", due: "1234", owner: "2143" };
  for (const order of FINDING_ORDERS) {
    it(`sorts by ${order}`, () => {
      const sorted = inOrder(views.toReversed(), order).map(({ nodeId }) => nodeId.at(-1));
      expect(sorted.join("")).to.equal(orders[order]);
    });
  }

  it("is counted by owner and by state", () => {
    expect(
      byOwner(views).map(({ owner = "", findings, overdue: late }) => [owner.slice(0, 8), findings, late]),
    ).to.deep.equal([
      ["payments", 2, 1],
      ["=1+1 [2J", 1, 0],
      ["", 1, 0],
    ]);
    expect(byOwner(views)[0]?.bySeverity).to.include({ HIGH: 1, LOW: 1, CRITICAL: 0 });
    expect(countByDue(views)).to.deep.equal({ later: 1, soon: 1, overdue: 1 });
  });
});
