/** Findings that become overdue in a sweep, without an event. */
import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Run } from "../../local/run/run.ts";
import { several } from "./life-fleet.ts";
import { findingsOf, shapesOf } from "./life-shapes.ts";
import { inHours, pass, runOver, sweepNow, type Course } from "./over-time.ts";

const DAY_HOURS = 24;
const field = (name: string) => `PatchFindings/${name}`;

/** Change, deadline and severity of each finding. */
const times = (findings: readonly object[]) =>
  shapesOf(findings).map(({ ProductFields: fields, Severity: { Label } }) =>
    [fields[field("Change")], fields[field("Due")], Label, fields[field("RatedSeverity")] ?? "not raised"].join(", "),
  );

describe("deadlines in embedded runs", function () {
  this.timeout(180_000);
  // Less than a week ago: the patch state counts as new throughout.
  const nodes = several(3, { missing: 1, endedAt: inHours(-20) });
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "deadlines-"));
  });
  after(() => rm(directory, { recursive: true }));

  const sweep = ({ findings = [], ...course }: Course & { readonly findings?: readonly object[] } = {}) =>
    runOver(directory, { nodes, findings }, { args: ["--sweep"], ...course });

  for (const { raises, shown } of [
    { raises: false, shown: "HIGH, not raised" },
    { raises: true, shown: "CRITICAL, HIGH" },
  ]) {
    it(`pass during a run: the next sweep says overdue${raises ? " and raises the severity" : ""}`, async () => {
      const settings = { patchWithinDays: { HIGH: 1 }, overdueRaisesSeverity: raises };
      const during = async (run: Run) => {
        await sweepNow(run);
        expect(times(run.hub.findings())).to.deep.equal(Array(3).fill("opened, soon, HIGH, not raised"));
        const [opened] = shapesOf(run.hub.findings());
        await pass(3);
        expect(await sweepNow(run), "executions before the due date").to.equal(0);
        await pass(2);
        expect(await sweepNow(run)).to.be.above(0);
        expect(times(run.hub.findings())).to.deep.equal(Array(3).fill(`overdue, overdue, ${shown}`));
        const [overdue] = shapesOf(run.hub.findings());
        expect(overdue?.ProductFields).to.include({
          [field("DueDate")]: opened?.ProductFields[field("DueDate")],
          [field("OverdueSince")]: opened?.ProductFields[field("DueDate")],
          [field("OpenSince")]: opened?.ProductFields[field("OpenSince")],
        });
        expect(await sweepNow(run), "executions after the change").to.equal(0);
      };
      await sweep({ settings, during });
    });
  }

  it("follow the clocks of a stored finding, not the newest scan", async () => {
    const opened = await sweep();
    expect(times(opened.findings)).to.deep.equal(Array(3).fill("opened, later, HIGH, not raised"));
    const aged = findingsOf(opened).map((finding, index) => {
      const due = inHours([-1, 1, DAY_HOURS * 8][index] ?? 0);
      const since = new Date(Date.parse(due) - 30 * DAY_HOURS * 3_600_000).toISOString();
      const clocks = { [field("LevelsSince")]: `HIGH ${since}`, [field("DueDate")]: due };
      return { ...finding, ProductFields: { ...finding.ProductFields, ...clocks } };
    });
    const swept = await sweep({ findings: aged, settings: { overdueRaisesSeverity: true } });
    expect(times(swept.findings)).to.deep.equal([
      "overdue, overdue, CRITICAL, HIGH",
      "refreshed, soon, HIGH, not raised",
      "refreshed, later, HIGH, not raised",
    ]);
    const dueDates = (findings: readonly object[]) =>
      shapesOf(findings).map(({ ProductFields }) => ProductFields[field("DueDate")]);
    expect(dueDates(swept.findings)).to.deep.equal(dueDates(aged));
  });
});
