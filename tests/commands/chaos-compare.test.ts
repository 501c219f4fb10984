import { expect } from "chai";
import { changedCreation, compare, type Outcome, type Violation } from "../../commands/chaos/compare.ts";
import { blindSpotFinding, complianceFinding } from "../fixtures/finding-samples.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

const ONE = nodeId(1);
const TWO = nodeId(2);
const open = (node: string, parts: object = {}) => complianceFinding(node, [{}], parts);
const CLOSED = { RecordState: "ARCHIVED", Compliance: { Status: "PASSED" } };

const outcome = (findings: readonly object[], parts: Partial<Outcome> = {}): Outcome => ({
  findings,
  quarantined: [],
  withoutResult: [],
  ...parts,
});
const kinds = (calm: Outcome, chaos: Outcome) =>
  compare(calm, chaos).map(({ kind, about }: Violation) => [kind, about]);
const calm = outcome([open(ONE), open(TWO)]);

describe("comparison of the chaos campaign", () => {
  it("finds no difference if only times differ, in any order of the findings", () => {
    const later = "2026-12-01T00:00:00.000Z";
    const times = {
      CreatedAt: later,
      UpdatedAt: later,
      FirstObservedAt: later,
      LastObservedAt: later,
      ProcessedAt: later,
    };
    expect(compare(calm, outcome([open(TWO, times), open(ONE, times)]))).to.deep.equal([]);
  });

  it("finds a lost finding, and a node without a result", () => {
    expect(kinds(calm, outcome([open(ONE)]))).to.deep.equal([["lost", `${TWO} compliance`]]);
    expect(kinds(calm, outcome(calm.findings, { withoutResult: [ONE] }))).to.deep.equal([["lost", ONE]]);
  });

  it("finds two findings of one node and kind, and counts a blind spot separately", () => {
    const twice = outcome([...calm.findings, open(ONE, { Id: "another" })]);
    expect(kinds(calm, twice)).to.deep.equal([["doubled", `${ONE} compliance`]]);
    const withBlindSpot = outcome([...calm.findings, blindSpotFinding(ONE)]);
    expect(kinds(withBlindSpot, withBlindSpot)).to.deep.equal([]);
    expect(kinds(calm, withBlindSpot)).to.deep.equal([["wrongly open", `${ONE} blind spot`]]);
  });

  it("finds findings that are wrongly closed or wrongly open", () => {
    const closed = outcome([open(ONE, CLOSED), open(TWO)]);
    expect(kinds(calm, closed)).to.deep.equal([["wrongly closed", `${ONE} compliance`]]);
    expect(kinds(closed, calm)).to.deep.equal([["wrongly open", `${ONE} compliance`]]);
  });

  it("finds a difference in a finding's content, and in a person's decision", () => {
    const worse = complianceFinding(ONE, [{}, { id: "another-package.x86_64" }]);
    expect(kinds(calm, outcome([worse, open(TWO)]))).to.deep.equal([["different", `${ONE} compliance`]]);
    const suppressed = outcome([open(ONE, { Workflow: { Status: "SUPPRESSED" } }), open(TWO)]);
    expect(compare(suppressed, calm)).to.deep.equal([
      { kind: "different", about: `${ONE} compliance`, detail: '/Workflow/Status is "NEW", not "SUPPRESSED"' },
    ]);
  });

  it("ignores which run of a node a finding names, the id of its change, and that the data of that run never came", () => {
    const told = (run: string, notes: string, note: string) =>
      outcome([
        open(ONE, {
          Description: `It does not comply.${note}`,
          ProductFields: {
            "PatchFindings/OperationId": run,
            "PatchFindings/ChangeId": `the change by ${run}`,
            "PatchFindings/Notes": notes,
          },
        }),
      ]);
    const stale = "stale data: no data from AWS-RunPatchBaseline in compliance type Patch or inventory";
    const plain = outcome([open(ONE, { Description: "It does not comply.", ProductFields: {} })]);
    expect(kinds(plain, told("run 1", stale, ` Note: ${stale}.`))).to.deep.equal([]);
    const counted = told("run 2", "judged by counts", " Note: judged by counts.");
    expect(
      kinds(counted, told("run 1", `${stale}, judged by counts`, ` Note: ${stale}, judged by counts.`)),
    ).to.deep.equal([]);
    expect(kinds(plain, counted)).to.deep.equal([["different", `${ONE} compliance`]]);
  });

  it("treats the same proof read at another time as equal, and another proof as a difference", () => {
    const proved = (proof: string, note = proof) =>
      outcome([open(ONE, { ...CLOSED, ProductFields: { "PatchFindings/Proof": proof }, Note: { Text: note } })]);
    const terminated = (time: string) => proved(`Closed: EC2 says so (read ${time}).`);
    expect(kinds(terminated("2026-11-25T12:00:00.000Z"), terminated("2026-11-25T12:34:56.000Z"))).to.deep.equal([]);
    const run = (name: string, end: string) => proved(`Closed by proof: ${name} ended ${end} and found it compliant.`);
    expect(kinds(run("A (1)", "2026-11-25"), run("A patch operation", "2026-11-25"))).to.deep.equal([]);
    expect(kinds(run("A", "2026-11-25"), run("A", "2026-11-24"))).to.have.lengthOf(1);
  });

  it("finds a node that was wrongly quarantined, or with another reason", () => {
    const quarantined = (reason: string) => outcome(calm.findings, { quarantined: [{ nodeId: ONE, reason }] });
    expect(kinds(calm, quarantined("refused"))).to.deep.equal([["wrongly quarantined", ONE]]);
    expect(kinds(quarantined("invalid"), quarantined("invalid"))).to.deep.equal([]);
    expect(kinds(quarantined("invalid"), quarantined("refused"))).to.deep.equal([["wrongly quarantined", ONE]]);
  });

  it("finds a run that did not end, and one that failed", () => {
    const bad = outcome(calm.findings, { notEnded: "3 messages left", defects: ["denied: x"] });
    expect(kinds(calm, bad)).to.deep.equal([
      ["not ended", "the run"],
      ["defect", "the run"],
    ]);
  });

  it("finds a finding that was created again: its CreatedAt differs", () => {
    const again = [open(ONE, { CreatedAt: "2026-11-25T12:00:00.000Z" }), open(TWO)];
    expect(changedCreation(calm.findings, again).map(({ kind }) => kind)).to.deep.equal(["CreatedAt changed"]);
    expect(changedCreation(calm.findings, [...calm.findings, open(nodeId(3))])).to.deep.equal([]);
  });
});
