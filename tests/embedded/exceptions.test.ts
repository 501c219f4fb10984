/** Exceptions that end, are removed, and do not accept everything, over several sweeps. */
import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Run } from "../../local/run/run.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";
import { several } from "./life-fleet.ts";
import { shapesOf, state } from "./life-shapes.ts";
import { edit, inHours, pass, runOver, sweepNow, type Course } from "./over-time.ts";
import type { Outcome } from "./run-embedded.ts";

const OURS = "patch-manager-findings";
const ids = (...numbers: number[]) => numbers.map((number) => nodeId(number));
const ACCEPTED = { patches: { names: ["package-0*"] }, owner: "Ann Lee", reason: "replaced in June", ticket: "OPS-7" };
const LIFTED = `No longer suppressed by ${OURS}: `;

/** Workflow status, author and beginning of the note of each finding. */
function workflows(findings: readonly object[]): string[] {
  return shapesOf(findings).map(({ Workflow, Note }) =>
    [Workflow?.Status, ...(Note ? [Note.UpdatedBy, Note.Text.split(" ")[0]] : [])].join(" "),
  );
}
const changes = (findings: readonly object[]) =>
  shapesOf(findings).map(({ ProductFields }) => ProductFields["PatchFindings/Change"]);

describe("exceptions in embedded runs", function () {
  this.timeout(180_000);
  const scanned = { missing: 1, endedAt: inHours(-3) };
  const later = (missing: number) => ({ missing, endedAt: inHours(-1) });
  let directory: string;
  let opened: Outcome;
  /** The first four nodes are accepted, and the program suppressed three of them. A person suppressed the fourth. */
  let suppressed: Outcome;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "exceptions-"));
    opened = await sweep({ nodes: several(8, scanned) });
    expect(workflows(opened.findings)).to.deep.equal(Array(8).fill("NEW"));
    const during = async (run: Run) => {
      await sweepNow(run);
      const [, noted] = shapesOf(run.hub.findings());
      if (noted) edit(run, noted, { Note: { Text: "mine now", UpdatedBy: "ann" } });
    };
    suppressed = await sweep({ findings: edited(), settings: { exceptions: [until(24 * 30)] }, during });
    expect(workflows(suppressed.findings.slice(0, 4))).to.deep.equal([
      ...[`SUPPRESSED ${OURS} Suppressed`, "SUPPRESSED ann mine", `SUPPRESSED ${OURS} Suppressed`, "SUPPRESSED"],
    ]);
  });
  after(() => rm(directory, { recursive: true }));

  const until = (hours: number, numbers = [1, 2, 3, 4]) => ({
    ...ACCEPTED,
    nodes: { ids: ids(...numbers) },
    until: inHours(hours),
  });

  /** The findings of the first run after a person suppressed the fourth and wrote a note for the fifth. */
  const edited = () =>
    opened.findings.map((finding, index) => ({
      ...finding,
      ...(index === 3 && { Workflow: { Status: "SUPPRESSED" } }),
      ...(index === 4 && { Note: { Text: "asked Bob", UpdatedBy: "ann", UpdatedAt: inHours(-2) } }),
    }));

  const sweep = ({ nodes = several(8, scanned), findings = [], ...course }: Swept) =>
    runOver(directory, { nodes, findings }, { args: ["--sweep"], ...course });
  type Swept = Course & Partial<Parameters<typeof runOver>[1]>;

  it("end during a run: the sweep after the end makes our suppressions NEW, and no other", async () => {
    const nodes = [
      ...several(6, scanned),
      { nodeId: nodeId(7), ...scanned, missing: 2 },
      ...several(8, scanned).slice(7),
    ];
    const exceptions = [until(3, [1, 2, 3, 4, 5, 6, 7]), until(6, [6])];
    const during = async (run: Run) => {
      expect(await sweepNow(run)).to.be.above(0);
      const ours = `SUPPRESSED ${OURS} Suppressed`;
      const others = ["SUPPRESSED", "NEW ann asked", ours, "NEW", "NEW"];
      expect(workflows(run.hub.findings())).to.deep.equal([ours, ours, ours, ...others]);
      const [first, noted, taken] = shapesOf(run.hub.findings());
      if (!first || !noted || !taken) throw new Error("three findings are needed");
      expect(first.Note?.Text).to.include("by Ann Lee: replaced in June (OPS-7)");
      edit(run, noted, { Note: { Text: "accepted by me", UpdatedBy: "ann" } });
      edit(run, taken, { Workflow: { Status: "NEW" } });
      const byPeople = ["SUPPRESSED ann accepted", `NEW ${OURS} Suppressed`];
      await pass(1);
      expect(await sweepNow(run), "executions while nothing changes").to.equal(0);
      expect(workflows(run.hub.findings())).to.deep.equal([ours, ...byPeople, ...others]);

      await pass(3);
      expect(await sweepNow(run)).to.be.above(0);
      expect(workflows(run.hub.findings())).to.deep.equal([`NEW ${OURS} No`, ...byPeople, ...others]);
      const expired = Array<string>(5).fill("expired");
      expect(changes(run.hub.findings())).to.deep.equal([...expired, "accepted", "refreshed", "refreshed"]);
      expect(shapesOf(run.hub.findings())[0]?.Note?.Text).to.match(
        new RegExp(String.raw`^${LIFTED}an exception ended \(.+Z\)\.$`),
      );
      expect(await sweepNow(run), "executions after the end").to.equal(0);

      await pass(3);
      await sweepNow(run);
      const [lifted] = workflows(run.hub.findings()).slice(5);
      expect(lifted).to.equal(`NEW ${OURS} No`);
    };
    const after = await sweep({ nodes, findings: edited(), settings: { exceptions }, during });
    expect(shapesOf(after.findings).map(state)).to.include.deep.members([["ACTIVE", "FAILED", "NEW"]]);
  });

  it("are removed from the settings: the next sweep lifts our suppressions, and no other", async () => {
    const after = await sweep({ findings: suppressed.findings });
    expect(workflows(after.findings)).to.deep.equal([
      ...[`NEW ${OURS} No`, "SUPPRESSED ann mine", `NEW ${OURS} No`, "SUPPRESSED", "NEW ann asked"],
      ...["NEW", "NEW", "NEW"],
    ]);
    expect(changes(after.findings).slice(0, 4)).to.deep.equal(Array(4).fill("expired"));
    const again = await sweep({ findings: after.findings });
    expect(again.executions).to.deep.equal([]);
  });

  it("do not cover another patch: the finding is NEW again, and says why", async () => {
    const nodes = [{ nodeId: nodeId(1), ...later(2) }, ...several(8, scanned).slice(1)];
    const settings = { exceptions: [until(24 * 30)] };
    const after = await sweep({ nodes, findings: suppressed.findings, settings });
    const [first, ...others] = shapesOf(after.findings);
    expect([first?.Workflow?.Status, first?.Note?.Text]).to.deep.equal([
      "NEW",
      `${LIFTED}a patch is missing that no exception accepts, or the exceptions changed.`,
    ]);
    expect(first?.ProductFields["PatchFindings/Accepted"]).to.equal("some");
    expect(workflows(others)).to.deep.equal(workflows(suppressed.findings).slice(1));
  });

  it("do not keep a finding open: patched nodes close on proof", async () => {
    const nodes = several(8, later(0));
    const settings = { exceptions: [until(24 * 30)] };
    const after = await sweep({ nodes, findings: suppressed.findings, settings });
    const states = shapesOf(after.findings).map(state);
    const [resolved, byPerson] = ["RESOLVED", "SUPPRESSED"].map((status) => ["ARCHIVED", "PASSED", status]);
    expect(states).to.deep.equal([resolved, byPerson, resolved, byPerson, resolved, resolved, resolved, resolved]);
    const [first] = shapesOf(after.findings);
    expect(first?.Note).to.deep.include({ Text: first?.ProductFields["PatchFindings/Proof"], UpdatedBy: OURS });
  });
});
