import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embeddedRun, type Outcome } from "./run-embedded.ts";
import { several, writeFleet, type Folder } from "./life-fleet.ts";
import { findingsOf, LATER, state } from "./life-shapes.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

describe("sweeps in embedded runs", function () {
  this.timeout(180_000);
  let directory: string;
  let opened: Outcome;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "life-sweep-"));
    const fleet = await writeFleet(directory, { nodes: several(6, { missing: 2 }) });
    opened = await embeddedRun(["--fleet", fleet]);
  });
  after(() => rm(directory, { recursive: true }));

  /** A sweep alone: no event names a node. */
  async function sweep(folder: Folder, ...args: string[]): Promise<Outcome> {
    const fleet = await writeFleet(directory, folder);
    const noEvents = join(fleet, "no-events.json");
    return embeddedRun(["--fleet", fleet, "--events", noEvents, "--sweep", ...args]);
  }

  /** Each run has a clock of its own, which may be ahead of the next run's: the sweeps would be in the wrong order. */
  const anHourAgo = (finding: object): object => {
    const { ProductFields: fields } = finding as { readonly ProductFields?: Readonly<Record<string, string>> };
    const since = fields?.["PatchFindings/AbsentSince"];
    if (since === undefined) return finding;
    const before = new Date(Date.parse(since) - 3_600_000).toISOString();
    return { ...finding, ProductFields: { ...fields, "PatchFindings/AbsentSince": before } };
  };

  it("opens findings whose event was lost, and closes those of removed nodes after two sweeps", async () => {
    const [first, second, third, ...others] = several(6, { missing: 2, listed: false });
    if (!first || !second || !third) throw new Error("three nodes are needed");
    const nodes = [...others.map(({ nodeId: id }) => ({ nodeId: id, missing: 0, endedAt: LATER }))];
    const instances = { [first.nodeId]: "terminated", [second.nodeId]: "stopped" };
    const once = await sweep({ nodes, instances, findings: opened.findings });
    const records = (outcome: Outcome) => findingsOf(outcome).map(({ RecordState }) => RecordState);
    expect(records(once)).to.deep.equal(["ARCHIVED", "ACTIVE", "ACTIVE", "ARCHIVED", "ARCHIVED", "ARCHIVED"]);
    expect(once.unswept).to.deep.equal([]);

    const twice = await sweep({ nodes, instances, findings: once.findings.map(anHourAgo) });
    expect(records(twice)).to.deep.equal(["ARCHIVED", "ACTIVE", "ARCHIVED", "ARCHIVED", "ARCHIVED", "ARCHIVED"]);
    expect(findingsOf(twice)[2]?.ProductFields).to.include({ "PatchFindings/Gone": "absent" });
    expect(findingsOf(twice)[2]?.Workflow?.Status).to.equal("RESOLVED");

    const steady = await sweep({ nodes, instances, findings: twice.findings });
    expect(steady.apiCalls).to.not.have.any.keys("securityhub:BatchImportFindings", "securityhub:BatchUpdateFindings");
  });

  it("closes the finding of an association that has become compliant, though its event was lost", async () => {
    // A patch state of more than 7 days would cost one more call.
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    const scanned = { missing: 0, endedAt: hoursAgo(3) };
    const node = { nodeId: nodeId(1), ...scanned };
    const found = await sweep({ nodes: [{ ...node, association: { missing: 2, endedAt: hoursAgo(2) } }] });
    expect(findingsOf(found).map(state)).to.deep.equal([["ACTIVE", "FAILED", "NEW"]]);
    const nodes = [{ ...node, association: { missing: 0, endedAt: hoursAgo(1) } }, ...several(3, scanned).slice(1)];
    const fixed = await sweep({ nodes, findings: found.findings });
    expect(findingsOf(fixed).map(state)).to.deep.equal([["ARCHIVED", "PASSED", "RESOLVED"]]);
    expect(findingsOf(fixed)[0]?.ProductFields["PatchFindings/Proof"]).to.contain("AWS-RunPatchBaselineAssociation");
    // One for each node, and one for the associations of the node with the finding. If an execution of its own reads
    // that node a second time, there is one more.
    expect(fixed.apiCalls["ssm:ListComplianceItems"]).to.be.at.most(2);
  });

  it("updates findings whose rules or counts changed, though no event says so", async () => {
    const config = join(directory, "rules.yaml");
    const rules = '[{ "vendorSeverity": ["Important"], "severity": "CRITICAL" }]';
    await writeFile(
      config,
      `config: { patch-manager-findings:regions: [eu-west-1], patch-manager-findings:severityRules: ${rules} }`,
    );
    const nodes = several(6, { missing: 2 });
    const { findings } = opened;
    const ruled = await sweep({ nodes, findings }, "--config", config);
    const severity = ({ open }: Outcome) =>
      open.map(({ FindingProviderFields }) => FindingProviderFields.Severity.Label);
    expect([severity(opened), severity(ruled)]).to.deep.equal([Array(6).fill("HIGH"), Array(6).fill("CRITICAL")]);
    const again = await sweep({ nodes, findings: ruled.findings }, "--config", config);
    expect(again.executions).to.deep.equal([]);

    const [first, ...others] = nodes;
    const changed = [{ nodeId: nodeId(1), ...first, missing: 3, endedAt: LATER }, ...others];
    const counted = await sweep({ nodes: changed, findings: ruled.findings }, "--config", config);
    expect(counted.changes.map(({ nodeId: id, action }) => [id, action])).to.deep.equal([[nodeId(1), "update"]]);
  });

  it("reports a silent node as a blind spot until it reports again", async () => {
    const unseen = await sweep({ nodes: [{ nodeId: nodeId(1) }, { nodeId: nodeId(2), missing: 0 }] });
    const [blindSpot, ...others] = findingsOf(unseen);
    expect(others).to.deep.equal([]);
    expect(blindSpot).to.include({ Id: `patch-manager-findings/eu-west-1/111122223333/${nodeId(1)}/blind-spot` });
    expect(blindSpot).to.deep.include({ GeneratorId: "patch-manager-findings/blind-spot", RecordState: "ACTIVE" });
    expect(blindSpot?.Compliance?.Status).to.equal("WARNING");
    const seen = await embeddedRun([
      "--fleet",
      await writeFleet(directory, { nodes: [{ nodeId: nodeId(1), missing: 0 }], findings: unseen.findings }),
    ]);
    expect(findingsOf(seen).map(state)).to.deep.equal([["ARCHIVED", "PASSED", "RESOLVED"]]);
  });

  it("closes nothing when Systems Manager fails from the sweep's second page on", async () => {
    const faults = join(directory, "second-page.json");
    await writeFile(
      faults,
      JSON.stringify([
        { service: "ssm", operation: "DescribeInstanceInformation", from: 2, count: 100, kind: "error" },
      ]),
    );
    // Noncompliant, so that nothing but a mistake could close their findings, then or later.
    const nodes = several(1000, { missing: 1, endedAt: LATER });
    const folder = { nodes, instances: {}, findings: opened.findings };
    const swept = await sweep(folder, "--faults", faults);
    expect(swept.changes.filter(({ action }) => action === "close")).to.deep.equal([]);
    expect(findingsOf(swept).filter(({ RecordState }) => RecordState !== "ACTIVE")).to.deep.equal([]);
  });
});
