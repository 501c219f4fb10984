import { expect } from "chai";
import type { PatchException } from "../../../contract/policies.ts";
import { exceptionKey } from "../../../contract/exception-key.ts";
import type { SourceReading } from "../../../functions/compliance/reading.ts";
import { counts, days, source } from "../../fixtures/node-fixtures.ts";
import { FindingLife, missing } from "../../fixtures/finding-life.ts";

const [critical, low] = [missing("CRITICAL"), missing("LOW")];
function exception(ids: readonly string[] | undefined, until: string, parts: Partial<PatchException> = {}) {
  const about = ids === undefined ? {} : { patches: { ids } };
  return { ...about, owner: "jane", reason: "no window", until, ...parts };
}
const levels = `CRITICAL ${days(-30)}, LOW ${days(-30)}`;

/** A node that lacks two patches since day -30, with these exceptions since day -20. */
function excepted(...exceptions: readonly PatchException[]): FindingLife {
  const life = new FindingLife();
  life.scan(-30, [critical, low]);
  life.policies = { ...life.policies, exceptions };
  return life;
}

describe("patches that an exception accepts", () => {
  it("count neither for severity nor due date, and their clocks run on", () => {
    const life = excepted(exception(["KB-CRITICAL"], days(0), { ticket: "OPS-7" }));
    expect(life.sweep(-20)?.reason).to.include("policies");
    expect(life.scan(-20, [critical, low])).to.include({ change: "severity lowered" });
    expect([life.severity, ...life.fields("accepted", "levelsSince", "dueDate", "due")]).to.deep.equal([
      "LOW",
      "some",
      levels,
      days(150),
      "later",
    ]);
    const [key] = life.policies.exceptions.map(exceptionKey);
    expect(life.fields("acceptedUntil", "acceptedBy", "acceptedPatches")).to.deep.equal([
      days(0),
      key,
      `KB-CRITICAL accepted until ${days(0)} by jane: no window (OPS-7)`,
    ]);
    expect(life.again(-19.9)).to.include({ action: "unchanged" });
    expect(life.sweep(-19)).to.equal(undefined);
    life.scan(-1, [critical, low]);
    expect(life.sweep(0)?.reason).to.include("an exception ended");
    expect(life.scan(0, [critical, low])).to.include({ change: "overdue" });
    expect([life.severity, ...life.fields("accepted", "acceptedUntil", "levelsSince", "due")]).to.deep.equal([
      "CRITICAL",
      undefined,
      undefined,
      levels,
      "overdue",
    ]);
  });

  it("leave nothing to do if they are all", () => {
    const life = excepted(exception(["KB-CRITICAL", "KB-LOW"], days(0)));
    expect(life.scan(-20, [critical, low])).to.include({ action: "update", change: "accepted" });
    expect([life.severity, ...life.fields("accepted", "levelsSince", "dueDate", "due")]).to.deep.equal([
      "INFORMATIONAL",
      "all",
      levels,
      undefined,
      undefined,
    ]);
    expect([life.stored?.RecordState, life.stored?.Compliance?.Status]).to.deep.equal(["ACTIVE", "FAILED"]);
    expect(life.scan(-19, [critical, low])).to.include({ action: "unchanged" });
    expect(life.scan(0, [critical, low])).to.include({ change: "expired" });
    expect([life.severity, life.field("due")]).to.deep.equal(["CRITICAL", "overdue"]);
    expect(life.again(0.1)).to.include({ action: "unchanged" });
  });

  it("and another that is missing, whose clock starts", () => {
    const life = excepted(exception(["KB-CRITICAL", "KB-LOW"], days(10)));
    life.scan(-20, [critical, low]);
    expect(life.scan(-10, [critical, low, missing("HIGH")])).to.include({ change: "expired" });
    expect(life.fields("accepted", "dueDate")).to.deep.equal(["some", days(20)]);
  });

  it("of a finding that opens: accepted, not opened", () => {
    const life = new FindingLife({ exceptions: [exception(undefined, days(10))] });
    expect(life.scan(-3, [low], { acceptedBy: 0 })).to.include({ action: "open", change: "accepted" });
    life.scan(-2, []);
    expect(life.scan(-1, [low], { acceptedBy: 0 })).to.include({ action: "reopen", change: "accepted" });
  });

  it("show the first end of the exceptions that count, and of one patch the last", () => {
    const life = excepted(
      exception(["KB-CRITICAL"], days(5)),
      exception(["KB-CRITICAL"], days(20)),
      exception(["KB-LOW"], days(10)),
    );
    life.scan(-20, [critical, low]);
    const [, second = "", third = ""] = life.policies.exceptions.map(exceptionKey);
    expect(life.fields("acceptedUntil", "acceptedBy")).to.deep.equal([days(10), `${third}, ${second}`]);
  });

  const association: Partial<SourceReading> = { status: "NON_COMPLIANT", nonCompliantSeverity: "CRITICAL" };
  it("of an association: the whole node, and nothing is due", () => {
    const life = excepted(exception(undefined, days(10)));
    const times = { startedAt: days(-10), endedAt: days(-10), counts: counts({ missing: 2 }) };
    life.read([source({ kind: "Association", ...times, ...association })], -10, { acceptedBy: 0 });
    expect([life.severity, life.field("accepted")]).to.deep.equal(["INFORMATIONAL", "all"]);
    expect(life.field("levelsSince")).to.equal(levels);
    expect(life.field("dueDate")).to.equal(undefined);
  });

  it("of inventory: the clock of the severity that Systems Manager reports runs on", () => {
    const inventory = (life: FindingLife, at: number): SourceReading => ({
      ...life.source(at, [
        missing("UNSPECIFIED", "KB1", { vendor: "" }),
        missing("UNSPECIFIED", "KB2", { vendor: "" }),
      ]),
      kind: "Inventory",
      nonCompliantSeverity: "CRITICAL",
    });
    const life = new FindingLife();
    life.read([inventory(life, -30)], -30);
    expect(life.field("levelsSince")).to.include(`CRITICAL ${days(-30)}`);
    life.policies = { ...life.policies, exceptions: [exception(["KB1"], days(-10))] };
    life.read([inventory(life, -20)], -20);
    expect(life.field("levelsSince")).to.include(`CRITICAL ${days(-30)}`);
    life.read([inventory(life, -5)], -5);
    expect(life.field("levelsSince")).to.include(`CRITICAL ${days(-30)}`);
  });
});
