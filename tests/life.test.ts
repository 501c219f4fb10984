import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { embeddedRun, type Outcome } from "./embedded.ts";
import { several, writeFleet, type Folder } from "./life-fleet.ts";
import { nodeId } from "./node-fixtures.ts";

const shape = z.looseObject({
  Id: z.string(),
  ProductArn: z.string(),
  CreatedAt: z.string(),
  UpdatedAt: z.string(),
  RecordState: z.string(),
  Compliance: z.object({ Status: z.string() }).optional(),
  Workflow: z.object({ Status: z.string() }).optional(),
  Note: z.object({ Text: z.string(), UpdatedBy: z.string() }).optional(),
  Severity: z.object({ Label: z.string() }),
  ProductFields: z.record(z.string(), z.string()),
});
type Shape = z.infer<typeof shape>;
const findingsOf = ({ findings }: Outcome): Shape[] => z.array(shape).parse(findings);
const imports = ({ apiCalls }: Outcome): number => apiCalls["securityhub:BatchImportFindings"] ?? 0;
const actions = ({ changes }: Outcome): string[] => [...new Set(changes.map(({ action }) => action))];
const state = ({ RecordState, Compliance, Workflow }: Shape) => [RecordState, Compliance?.Status, Workflow?.Status];

const LATER = "2026-11-17T02:00:52.000Z";
const LATEST = "2026-11-18T02:00:52.000Z";

describe("the life of findings in embedded runs", function () {
  this.timeout(120_000);
  let directory: string;
  let opened: Outcome;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "life-"));
    opened = await run({ nodes: several(6, { missing: 2 }) });
  });
  after(() => rm(directory, { recursive: true }));

  async function run(folder: Folder, ...args: string[]): Promise<Outcome> {
    return embeddedRun(["--fleet", await writeFleet(directory, folder), ...args], { stallMs: 3_000 });
  }
  /** A sweep alone: no event names a node. */
  async function sweep(folder: Folder, ...args: string[]): Promise<Outcome> {
    const fleet = await writeFleet(directory, folder);
    const noEvents = join(fleet, "no-events.json");
    return embeddedRun(["--fleet", fleet, "--events", noEvents, "--sweep", ...args], { stallMs: 3_000 });
  }

  it("closes all on proof, and reopens the same findings", async () => {
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
    expect(closed.denied).to.deep.equal([]);

    const quiet = await run({ nodes: several(6, { missing: 0, endedAt: LATEST }), findings: closed.findings });
    expect([imports(quiet), quiet.apiCalls["securityhub:BatchUpdateFindings"]]).to.deep.equal([0, undefined]);

    const reopened = await run({ nodes: several(6, { missing: 1, endedAt: LATEST }), findings: closed.findings });
    expect(actions(reopened)).to.deep.equal(["reopen"]);
    const born = (outcome: Outcome) => findingsOf(outcome).map(({ Id, CreatedAt }) => [Id, CreatedAt]);
    expect(born(reopened)).to.deep.equal(born(opened));
    for (const finding of findingsOf(reopened)) expect(state(finding)).to.deep.equal(["ACTIVE", "FAILED", "NEW"]);
  });

  it("changes exactly what is its own, and nothing that belongs to people", async () => {
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

  it("mends a close whose workflow was left undone", async () => {
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

  it("does updates again that Security Hub did not process", async () => {
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
    expect(planned.changes.map(({ action }) => action).toSorted()).to.deep.equal(["close", "close", "close", "open"]);
    expect(planned.apiCalls).to.not.have.any.keys("securityhub:BatchImportFindings", "securityhub:BatchUpdateFindings");
    expect(planned.denied).to.deep.equal([]);
    expect(findingsOf(planned).map(({ RecordState }) => RecordState)).to.deep.equal(Array(6).fill("ACTIVE"));
  });

  it("sweeps up what an event was lost for, and closes what is gone after two sweeps", async () => {
    const [first, second, third, ...others] = several(6, { missing: 2, listed: false });
    if (!first || !second || !third) throw new Error("three nodes are needed");
    const nodes = [...others.map(({ nodeId: id }) => ({ nodeId: id, missing: 0, endedAt: LATER }))];
    const instances = { [first.nodeId]: "terminated", [second.nodeId]: "stopped" };
    const once = await sweep({ nodes, instances, findings: opened.findings });
    const records = (outcome: Outcome) => findingsOf(outcome).map(({ RecordState }) => RecordState);
    expect(records(once)).to.deep.equal(["ARCHIVED", "ACTIVE", "ACTIVE", "ARCHIVED", "ARCHIVED", "ARCHIVED"]);
    expect([once.unswept, once.denied]).to.deep.equal([[], []]);

    const twice = await sweep({ nodes, instances, findings: once.findings });
    expect(records(twice)).to.deep.equal(["ARCHIVED", "ACTIVE", "ARCHIVED", "ARCHIVED", "ARCHIVED", "ARCHIVED"]);
    expect(findingsOf(twice)[2]?.ProductFields).to.include({ "PatchFindings/Gone": "absent" });
    expect(findingsOf(twice)[2]?.Workflow?.Status).to.equal("RESOLVED");

    const steady = await sweep({ nodes, instances, findings: twice.findings });
    expect(steady.apiCalls).to.not.have.any.keys("securityhub:BatchImportFindings", "securityhub:BatchUpdateFindings");
  });

  it("says of a silent node that nobody knows, until it reports", async () => {
    const unseen = await sweep({ nodes: [{ nodeId: nodeId(1) }, { nodeId: nodeId(2), missing: 0 }] });
    const [blindSpot, ...others] = findingsOf(unseen);
    expect(others).to.deep.equal([]);
    expect(blindSpot).to.include({ Id: `patch-manager-findings/eu-west-1/111122223333/${nodeId(1)}/blind-spot` });
    expect(blindSpot).to.deep.include({ GeneratorId: "patch-manager-findings/blind-spot", RecordState: "ACTIVE" });
    expect(blindSpot?.Compliance?.Status).to.equal("WARNING");
    const seen = await run({ nodes: [{ nodeId: nodeId(1), missing: 0 }], findings: unseen.findings });
    expect(findingsOf(seen).map(state)).to.deep.equal([["ARCHIVED", "PASSED", "RESOLVED"]]);
  });

  it("closes nothing when Systems Manager fails from the sweep's second page on", async () => {
    const faults = join(directory, "second-page.json");
    await writeFile(
      faults,
      JSON.stringify([
        { service: "ssm", operation: "DescribeInstanceInformation", from: 2, count: 1_000, kind: "error" },
      ]),
    );
    const nodes = several(1000, { missing: 0, endedAt: LATER });
    const swept = await sweep({ nodes, instances: {}, findings: opened.findings }, "--faults", faults);
    expect(swept.unswept).to.have.lengthOf.at.least(950);
    expect(findingsOf(swept).map(({ RecordState }) => RecordState)).to.deep.equal(Array(6).fill("ACTIVE"));
  });
});
