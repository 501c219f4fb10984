import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embeddedRun, type Outcome } from "./run-embedded.ts";
import { several, writeFleet, type Folder } from "./life-fleet.ts";
import { findingsOf, LATER, LATEST, state } from "./life-shapes.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

const imports = ({ apiCalls }: Outcome): number => apiCalls["securityhub:BatchImportFindings"] ?? 0;
const actions = ({ changes }: Outcome): string[] => [...new Set(changes.map(({ action }) => action))];
describe("the life of findings in embedded runs", function () {
  this.timeout(180_000);
  let directory: string;
  let opened: Outcome;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "life-"));
    opened = await run({ nodes: several(6, { missing: 2 }) });
  });
  after(() => rm(directory, { recursive: true }));

  async function run(folder: Folder, ...args: string[]): Promise<Outcome> {
    return embeddedRun(["--fleet", await writeFleet(directory, folder), ...args]);
  }

  it("closes all findings on proof, and reopens the same findings", async () => {
    const again = await run({ nodes: several(6, { missing: 2 }), findings: opened.findings });
    expect([imports(again), actions(again)]).to.deep.equal([0, ["unchanged"]]);

    const closed = await run({ nodes: several(6, { missing: 0, endedAt: LATER }), findings: again.findings });
    for (const finding of findingsOf(closed)) {
      expect(state(finding)).to.deep.equal(["ARCHIVED", "PASSED", "RESOLVED"]);
      expect(finding.Severity.Label).to.equal("INFORMATIONAL");
      const proof = finding.ProductFields["PatchFindings/Proof"];
      expect(proof).to.include(`ended ${LATER} and found the node compliant. Before: Missing 2`);
      expect(finding.Note).to.deep.include({ Text: proof, UpdatedBy: "patch-manager-findings" });
    }

    const quiet = await run({ nodes: several(6, { missing: 0, endedAt: LATEST }), findings: closed.findings });
    expect([imports(quiet), quiet.apiCalls["securityhub:BatchUpdateFindings"]]).to.deep.equal([0, undefined]);

    const reopened = await run({ nodes: several(6, { missing: 1, endedAt: LATEST }), findings: closed.findings });
    expect(actions(reopened)).to.deep.equal(["reopen"]);
    const born = (outcome: Outcome) => findingsOf(outcome).map(({ Id, CreatedAt }) => [Id, CreatedAt]);
    expect(born(reopened)).to.deep.equal(born(opened));
    for (const finding of findingsOf(reopened)) expect(state(finding)).to.deep.equal(["ACTIVE", "FAILED", "NEW"]);
  });

  it("changes exactly its own fields, and none that belong to people", async () => {
    const [suppressed, noted, edited, later, foreign, plain] = findingsOf(opened);
    if (!suppressed || !noted || !edited || !later || !foreign || !plain) throw new Error("six findings are needed");
    const note = { Text: "change 4711", UpdatedBy: "ann", UpdatedAt: "2026-11-16T12:00:00.000Z" };
    const native = {
      ...plain,
      Id: `arn:aws:patchmanager:eu-west-1:111122223333:instance/${nodeId(1)}/run-command/x`,
      ProductArn: "arn:aws:securityhub:eu-west-1::product/aws/ssm-patch-manager",
      GeneratorId: "x",
    };
    const end = { "PatchFindings/OperationEndTime": "2026-11-19T00:00:00.000Z" };
    const before = [
      { ...suppressed, Workflow: { Status: "SUPPRESSED" } },
      { ...noted, Note: note, Workflow: { Status: "NOTIFIED" } },
      { ...edited, Severity: { Label: "LOW", Normalized: 1 }, UserDefinedFields: { owner: "ann" } },
      { ...later, ProductFields: { ...later.ProductFields, ...end } },
      { ...foreign, GeneratorId: "someone-else" },
      plain,
      native,
    ];
    const after = await run({ nodes: several(6, { missing: 0, endedAt: LATER }), findings: before });
    const found = (id: string) => findingsOf(after).find(({ Id }) => Id === id);
    expect(state(found(suppressed.Id) ?? plain)).to.deep.equal(["ARCHIVED", "PASSED", "SUPPRESSED"]);
    expect(state(found(noted.Id) ?? plain)).to.deep.equal(["ARCHIVED", "PASSED", "RESOLVED"]);
    expect(found(noted.Id)?.Note).to.deep.include({ Text: note.Text, UpdatedBy: "ann" });
    expect(found(edited.Id)).to.deep.include({ UserDefinedFields: { owner: "ann" } });
    expect(found(edited.Id)?.RecordState).to.equal("ARCHIVED");
    for (const untouched of [before[3], before[4], before[6]]) {
      expect(found(untouched?.Id ?? "")).to.deep.include({
        RecordState: "ACTIVE",
        UpdatedAt: untouched?.UpdatedAt,
      });
    }
    expect(state(found(plain.Id) ?? suppressed)).to.deep.equal(["ARCHIVED", "PASSED", "RESOLVED"]);
  });

  it("sets the workflow status that an earlier close did not set", async () => {
    const closed = await run({ nodes: several(6, { missing: 0, endedAt: LATER }), findings: opened.findings });
    const halfDone = findingsOf(closed).map((finding) => ({
      ...finding,
      Note: undefined,
      Workflow: { Status: "NEW" },
    }));
    const mended = await run({ nodes: several(6, { missing: 0, endedAt: LATER }), findings: halfDone });
    expect(imports(mended)).to.equal(0);
    expect(findingsOf(mended).map(({ Workflow }) => Workflow?.Status)).to.deep.equal(Array(6).fill("RESOLVED"));
  });

  it("repeats updates that Security Hub did not process", async () => {
    const faults = join(directory, "partial.json");
    const fault = {
      service: "securityhub",
      operation: "BatchUpdateFindings",
      kind: "partial",
      code: "ConcurrentUpdateError",
    };
    await writeFile(faults, JSON.stringify([{ ...fault, count: 2 }]));
    const nodes = several(6, { missing: 0, endedAt: LATER });
    const closed = await run({ nodes, findings: opened.findings }, "--faults", faults);
    expect(findingsOf(closed).map(({ Workflow }) => Workflow?.Status)).to.deep.equal(Array(6).fill("RESOLVED"));
  });

  it("plans, and publishes nothing", async () => {
    const nodes = [...several(3, { missing: 0, endedAt: LATER }), { nodeId: nodeId(7), missing: 1 }];
    const planned = await run({ nodes, findings: opened.findings }, "--plan");
    // Nodes that are compliant by their summaries are read in full before the plan says that their findings close.
    const changes = planned.changes.map(({ action }) => action).filter((action) => action !== "unchanged");
    expect(changes.toSorted()).to.deep.equal(["close", "close", "close", "open"]);
    expect(planned.apiCalls).to.not.have.any.keys("securityhub:BatchImportFindings", "securityhub:BatchUpdateFindings");
    expect(findingsOf(planned).map(({ RecordState }) => RecordState)).to.deep.equal(Array(6).fill("ACTIVE"));
  });
});
