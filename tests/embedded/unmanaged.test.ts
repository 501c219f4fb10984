/** Running instances that Systems Manager does not manage, over several sweeps. */
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { REGION, several, writeFleet, type Folder } from "./life-fleet.ts";
import { findingsOf, state } from "./life-shapes.ts";
import { embeddedRun } from "./run-embedded.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

const BLIND_SPOT = ["ACTIVE", "WARNING", "NEW"];
const CLOSED = ["ARCHIVED", "PASSED", "RESOLVED"];

const ON = { "patch-manager-findings:unmanagedInstances": {} };
const DENIED = { status: 403, code: "UnauthorizedOperation" };

async function sweepIn(directory: string, folder: Folder, settings: object, faults: readonly object[] = []) {
  const fleet = await writeFleet(directory, folder);
  const [config, plan] = [join(fleet, "stack.yaml"), join(fleet, "faults.json")];
  await writeFile(config, JSON.stringify({ config: { "patch-manager-findings:regions": [REGION], ...settings } }));
  await writeFile(plan, JSON.stringify(faults));
  const events = join(fleet, "no-events.json");
  return embeddedRun(["--fleet", fleet, "--events", events, "--sweep", "--config", config, "--faults", plan]);
}

describe("unmanaged instances in embedded runs", function () {
  this.timeout(180_000);
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "unmanaged-"));
  });
  after(() => rm(directory, { recursive: true }));

  const sweep = (folder: Folder, settings: object = ON, faults?: readonly object[]) =>
    sweepIn(directory, folder, settings, faults);

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

  it("close when the instance is stopped, and open again when it is started and stays unmanaged", async () => {
    const at = (Name: string, findings: readonly object[] = []) =>
      sweep({ nodes: [], instances: { [nodeId(1)]: Name }, findings });
    const opened = await at("running");
    const stopped = await at("stopped", opened.findings);
    expect(findingsOf(stopped).map(state)).to.deep.equal([CLOSED]);
    const again = await at("running", stopped.findings);
    expect(findingsOf(again).map(state)).to.deep.equal([BLIND_SPOT]);
    const ids = [opened, again].map((outcome) => findingsOf(outcome)[0]?.Id);
    expect(ids[1]).to.equal(ids[0]);
    expect(again.changes.map(({ action }) => action)).to.include("reopen");
  });

  it("close as absent when EC2 does not know the instance in two sweeps", async () => {
    const opened = await sweep({ nodes: [], instances: { [nodeId(1)]: "running" } });
    const first = await sweep({ nodes: [], instances: {}, findings: opened.findings });
    expect(findingsOf(first).map(state)).to.deep.equal([BLIND_SPOT]);
    const found = await sweep({ nodes: [], instances: { [nodeId(1)]: "running" }, findings: first.findings });
    expect(findingsOf(found)[0]?.ProductFields).to.not.have.property("PatchFindings/AbsentSince");
    const second = await sweep({ nodes: [], instances: {}, findings: first.findings });
    expect(findingsOf(second).map(state)).to.deep.equal([CLOSED]);
    expect(findingsOf(second)[0]?.ProductFields["PatchFindings/Gone"]).to.equal("absent");
  });

  it("stay open while EC2 denies the list, and an instance that was terminated still closes", async () => {
    const instances = { [nodeId(1)]: "running", [nodeId(2)]: "running" };
    const opened = await sweep({ nodes: [], instances });
    // The first two calls are the sweep's; the state machine makes the next ones.
    const denied = [{ service: "ec2", operation: "DescribeInstances", kind: "error", from: 1, count: 2, ...DENIED }];
    const world = { nodes: [], instances: { ...instances, [nodeId(2)]: "terminated" }, findings: opened.findings };
    const after = await sweep(world, ON, denied);
    expect(findingsOf(after).map(state)).to.deep.equal([BLIND_SPOT, CLOSED]);
    expect(after.usage.metrics).to.include("SweepUnfinished");
  });
});

describe("the sample fleet", function () {
  this.timeout(180_000);
  const UNMANAGED = "i-0e44c0b7d2f58a1e3";

  it("has one unmanaged instance, which tags can leave out", async () => {
    const directory = await mkdtemp(join(tmpdir(), "sample-"));
    try {
      for (const [leaveOutTags, expected] of [
        [{}, [UNMANAGED]],
        [{ Team: "payments" }, []],
      ] as const) {
        const config = join(directory, "stack.yaml");
        const settings = { "patch-manager-findings:unmanagedInstances": { leaveOutTags } };
        await writeFile(
          config,
          JSON.stringify({ config: { "patch-manager-findings:regions": [REGION], ...settings } }),
        );
        const events = join(directory, "events.json");
        await writeFile(events, "[]");
        const { findings } = await embeddedRun([
          "--events",
          events,
          "--sweep",
          "--config",
          config,
          "--time-scale",
          "600",
        ]);
        const found = z.array(z.looseObject({ Title: z.string(), Id: z.string() })).parse(findings);
        const ids = found.flatMap(({ Title, Id }) => (Title.includes("Unmanaged") ? (Id.split("/").at(-2) ?? "") : []));
        expect(ids).to.deep.equal(expected);
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe("platforms without blind spots in embedded runs", function () {
  this.timeout(180_000);

  it("get none, and open ones close", async () => {
    const directory = await mkdtemp(join(tmpdir(), "platforms-"));
    try {
      const nodes = several(2);
      const opened = await sweepIn(directory, { nodes }, {});
      expect(findingsOf(opened).map(state)).to.deep.equal([BLIND_SPOT, BLIND_SPOT]);
      const setting = { "patch-manager-findings:platformsWithoutBlindSpots": ["AMAZON lin"] };
      const closed = await sweepIn(directory, { nodes, findings: opened.findings }, setting);
      expect(findingsOf(closed).map(state)).to.deep.equal([CLOSED, CLOSED]);
      const none = await sweepIn(directory, { nodes }, setting);
      expect(none.findings).to.deep.equal([]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
