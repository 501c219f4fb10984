/** Running instances that Systems Manager does not manage, over several sweeps. */
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REGION, writeFleet, type Folder } from "./life-fleet.ts";
import { findingsOf, state } from "./life-shapes.ts";
import { embeddedRun } from "./run-embedded.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

const BLIND_SPOT = ["ACTIVE", "WARNING", "NEW"];
const CLOSED = ["ARCHIVED", "PASSED", "RESOLVED"];

describe("unmanaged instances in embedded runs", function () {
  this.timeout(180_000);
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "unmanaged-"));
  });
  after(() => rm(directory, { recursive: true }));

  async function sweep(folder: Folder, settings: object = { "patch-manager-findings:unmanagedInstances": {} }) {
    const fleet = await writeFleet(directory, folder);
    const config = join(fleet, "stack.yaml");
    await writeFile(config, JSON.stringify({ config: { "patch-manager-findings:regions": [REGION], ...settings } }));
    return embeddedRun(["--fleet", fleet, "--events", join(fleet, "no-events.json"), "--sweep", "--config", config]);
  }

  it("open, cost nothing while they stay, and close when managed, stopped or terminated", async () => {
    const ids = [1, 2, 3, 4].map((index) => nodeId(index));
    const running = Object.fromEntries(ids.map((id) => [id, "running"]));
    const opened = await sweep({ nodes: [], instances: running });
    expect(findingsOf(opened).map(state)).to.deep.equal(ids.map(() => BLIND_SPOT));
    const same = await sweep({ nodes: [], instances: running, findings: opened.findings });
    expect(same.executions).to.deep.equal([]);
    expect(same.apiCalls).to.not.have.property("securityhub:BatchImportFindings");

    const [managed = "", stopped = "", terminated = ""] = ids;
    const instances = { ...running, [stopped]: "stopped", [terminated]: "terminated" };
    const after = await sweep({ nodes: [{ nodeId: managed }], instances, findings: opened.findings });
    // Without a registration date, a managed node without data is a blind spot of another kind at once.
    expect(findingsOf(after).map(state)).to.deep.equal([BLIND_SPOT, CLOSED, CLOSED, BLIND_SPOT]);
    const fields = findingsOf(after).map(({ ProductFields }) => ProductFields);
    expect(fields[0]?.["PatchFindings/BlindSpot"]).to.equal("noData");
    expect(fields[1]?.["PatchFindings/Proof"]).to.contain("EC2 says that the instance was stopped");

    const off = await sweep({ nodes: [], instances: running, findings: opened.findings }, {});
    expect(findingsOf(off).map(state)).to.deep.equal(ids.map(() => CLOSED));
  });
});
