import { expect } from "chai";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { embeddedRun, type Outcome } from "./run-embedded.ts";
import { findingsOf } from "./life-shapes.ts";

const SAMPLE_FLEET = join(import.meta.dirname, "..", "..", "local", "sample-fleet");
/** The sample fleet's node that a Quick Setup patch policy scans, and the baseline id that its last run made up. */
const NODE = "i-0b22c4e7d9f12b5a3";
const BASELINE = "pb-0747d3c1f29ab5e86";

const FILES = {
  "describe-instance-information.json": "InstanceInformationList",
  "describe-instance-patch-states.json": "InstancePatchStates",
  "list-compliance-items.json": "ComplianceItems",
};
const event = z.object({ "detail-type": z.string(), detail: z.looseObject({ "association-id": z.string() }) });
const rows = z.record(z.string(), z.unknown()).array();

/** A run of the policy as Systems Manager reports it: another day, baseline and execution, the same patches missing. */
interface PolicyRun {
  readonly day: string;
  readonly baseline: string;
  readonly execution: string;
}
const FIRST: PolicyRun = { day: "19", baseline: BASELINE, execution: "8c3f348e-a8e0-4c02-8e1f-dae99f844598" };
const SECOND: PolicyRun = {
  day: "20",
  baseline: "pb-0f00dfacecafe1234",
  execution: "9d40459f-b9f1-4d13-9f20-ebfaa0955609",
};

describe("a Quick Setup patch policy, end to end", function () {
  this.timeout(180_000);
  let directory: string;
  let first: Outcome;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "patch-policy-"));
    first = await run(FIRST, []);
  });
  after(() => rm(directory, { recursive: true }));

  async function run({ day, baseline, execution }: PolicyRun, findings: readonly object[]): Promise<Outcome> {
    const fleet = await mkdtemp(join(directory, "fleet-"));
    for (const [file, list] of Object.entries(FILES)) {
      const all = z.record(z.string(), rows).parse(JSON.parse(await readFile(join(SAMPLE_FLEET, file), "utf8")));
      const own = (all[list] ?? []).filter((row) => [row["InstanceId"], row["ResourceId"]].includes(NODE));
      const text = JSON.stringify({ [list]: own })
        .replaceAll(FIRST.baseline, baseline)
        .replaceAll(FIRST.execution, execution)
        .replaceAll(`2026-11-${FIRST.day}T01`, `2026-11-${day}T01`);
      await writeFile(join(fleet, file), text);
    }
    await writeFile(join(fleet, "account.json"), JSON.stringify({ AccountId: "111122223333", Region: "eu-west-1" }));
    await writeFile(join(fleet, "findings.json"), JSON.stringify({ Findings: findings }));
    return embeddedRun(["--fleet", fleet]);
  }

  it("opens one finding that names policy, association and baseline", () => {
    expect(first.events).to.have.lengthOf(1);
    const announced = event.parse(first.events[0]);
    expect(announced["detail-type"]).to.equal("EC2 State Manager Instance Association State Change");
    const [finding, ...others] = findingsOf(first);
    expect(others).to.deep.equal([]);
    expect(finding?.Id).to.equal(`patch-manager-findings/eu-west-1/111122223333/${NODE}`);
    expect(finding?.Severity.Label).to.equal("HIGH");
    expect(finding?.ProductFields).to.include({
      "PatchFindings/ExecutionType": "PatchPolicy",
      "PatchFindings/OperationId": announced.detail["association-id"],
    });
    expect(finding).to.have.nested.property("PatchSummary.Id", FIRST.baseline);
  });

  it("does not count a new BaselineId of the next run as a change", async () => {
    const second = await run(SECOND, first.findings);
    expect(second.changes.map(({ action, nodeId }) => [action, nodeId])).to.deep.equal([["unchanged", NODE]]);
    expect(second.apiCalls).to.not.have.any.keys("securityhub:BatchImportFindings", "securityhub:BatchUpdateFindings");
    expect(second.findings).to.deep.equal(first.findings);
  });
});
