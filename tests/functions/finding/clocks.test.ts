import { expect } from "chai";
import type { SourceReading } from "../../../functions/compliance/reading.ts";
import { counts, days, source } from "../../fixtures/node-fixtures.ts";
import { FindingLife, missing } from "../../fixtures/finding-life.ts";

const [critical, high, low] = [missing("CRITICAL"), missing("HIGH"), missing("LOW")];
const day = (count: number) => days(count).slice(0, 10);
const levels = (...entries: readonly (readonly [string, number])[]) =>
  entries.map(([label, count]) => `${label} ${days(count)}`).join(", ");
/** Counts without rows. */
const countsOnly = (at: number, parts: Partial<SourceReading> = {}) =>
  source({ startedAt: days(at), endedAt: days(at), counts: counts({ missing: 2 }), ...parts });

describe("since when a node lacks patches of a severity", () => {
  it("is not reset by a cumulative update that supersedes another", () => {
    const node = new FindingLife();
    node.scan(-30, [missing("CRITICAL", "KB1")]);
    expect(node.scan(-9, [missing("CRITICAL", "KB2")])).to.include({ action: "update", change: "overdue" });
    expect(node.field("levelsSince")).to.equal(levels(["CRITICAL", -30]));
    expect(node.field("patchesSince")).to.equal(`KB2 ${day(-9)}`);
    expect(node.field("dueDate")).to.equal(days(-16));
  });

  it("runs on for a LOW beside a CRITICAL that comes and goes", () => {
    const node = new FindingLife();
    node.scan(-20, [critical, low]);
    node.scan(-15, [low]);
    expect(node.field("levelsSince")).to.equal(levels(["LOW", -20]));
    node.scan(-3, [critical, low]);
    expect(node.field("levelsSince")).to.equal(levels(["CRITICAL", -3], ["LOW", -20]));
    expect(node.fields("dueDate", "due", "peakSeverity")).to.deep.equal([days(11), "later", "CRITICAL"]);
  });

  const association = (at: number, nonCompliantSeverity: string) =>
    countsOnly(at, { kind: "Association", status: "NON_COMPLIANT", nonCompliantSeverity });
  const fewerRows = (at: number) => ({ ...new FindingLife().source(at, [low]), counts: counts({ missing: 3 }) });
  const unread: [name: string, sources: SourceReading][] = [
    ["counts only", countsOnly(-5)],
    ["an association that reports a severity", association(-5, "CRITICAL")],
    ["fewer rows than counts", fewerRows(-5)],
  ];
  for (const [name, sources] of unread) {
    it(`runs on if the data does not tell: ${name}`, () => {
      const life = new FindingLife();
      life.scan(-20, [critical, low]);
      life.read([sources], -5);
      expect(life.field("levelsSince"))
        .to.include(`CRITICAL ${days(-20)}`)
        .and.to.include(`LOW ${days(-20)}`);
      expect(life.field("dueDate")).to.equal(days(-6));
    });
  }

  it("ends for severities worse than the one that an association reports", () => {
    const life = new FindingLife();
    life.scan(-20, [critical, high, low]);
    life.read([association(-5, "HIGH")], -5);
    expect(life.field("levelsSince")).to.equal(levels(["HIGH", -20], ["LOW", -20]));
  });

  it("ends when a later operation proves that the node complies, and closed findings keep age and worst severity", () => {
    const life = new FindingLife();
    life.scan(-40, [critical]);
    life.scan(-30, [low]);
    expect(life.scan(-20, [])).to.include({ action: "close", change: "closed" });
    expect(life.fields("openSince", "peakSeverity", "levelsSince", "dueDate", "due", "overdue")).to.deep.equal([
      days(-40),
      "CRITICAL",
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(life.scan(-10, [critical])).to.include({ action: "reopen", change: "reopened" });
    expect(life.fields("openSince", "levelsSince")).to.deep.equal([days(-10), levels(["CRITICAL", -10])]);
  });

  it("runs on if the node was removed and comes back: no patch was installed", () => {
    const life = new FindingLife();
    life.scan(-20, [critical]);
    expect(life.removed(-10)).to.include({ action: "close", change: "closed" });
    expect(life.fields("due", "dueDate", "levelsSince")).to.deep.equal([
      undefined,
      undefined,
      levels(["CRITICAL", -20]),
    ]);
    expect(life.scan(-5, [critical])).to.include({ action: "reopen", change: "reopened" });
    expect(life.field("patchesSince")).to.equal(`KB-CRITICAL ${day(-20)}`);
    expect(life.fields("levelsSince", "due")).to.deep.equal([levels(["CRITICAL", -20]), "overdue"]);
  });

  it("is the age of the finding for the severity that it shows, if version 0.2.0 wrote it", () => {
    const life = new FindingLife();
    life.scan(-40, [high]);
    life.edit({ levelsSince: undefined, patchesSince: undefined, due: undefined, dueDate: undefined });
    expect(life.scan(-1, [high, low])).to.include({ action: "update", change: "overdue" });
    expect(life.field("levelsSince")).to.equal(levels(["HIGH", -40], ["LOW", -1]));
  });

  it("is kept for each listed patch", () => {
    const life = new FindingLife();
    life.scan(-20, [missing("HIGH", "a, b"), missing("LOW", "c 1.2 d")]);
    life.scan(-10, [missing("HIGH", "a, b"), missing("LOW", "c 1.2 d"), missing("LOW", "new")]);
    expect(life.field("patchesSince")).to.equal(`a, b ${day(-20)}, c 1.2 d ${day(-20)}, new ${day(-10)}`);
  });
});
