/** Hybrid nodes that were deregistered, and events that only say so. */
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ACCOUNT, REGION, writeFleet } from "./life-fleet.ts";
import { findingsOf, LATER, state } from "./life-shapes.ts";
import { embeddedRun, type Outcome } from "./run-embedded.ts";

const [REAL, FORGED, BACK] = ["mi-0123456789abcdef0", "mi-0123456789abcdef1", "mi-0123456789abcdef2"] as const;
const NODES = [REAL, FORGED, BACK];
const OPEN = ["ACTIVE", "FAILED", "NEW"];
const CLOSED = ["ARCHIVED", "PASSED", "RESOLVED"];

const event = {
  ...{ version: "0", source: "aws.ssm", "detail-type": "SSM Managed Instance Deregistration", time: LATER },
  ...{ account: ACCOUNT, region: REGION },
  resources: NODES.map((id) => `arn:aws:ssm:${REGION}:${ACCOUNT}:managed-instance/${id}`),
  detail: { "managed-instances": NODES },
};

describe("deregistered nodes in embedded runs", function () {
  this.timeout(180_000);
  let directory: string;
  let events: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "deregistered-"));
    events = join(directory, "events.json");
    await writeFile(events, JSON.stringify([event]));
  });
  after(() => rm(directory, { recursive: true }));

  async function play(ids: readonly string[], parts: object, findings: readonly object[], ...args: string[]) {
    const nodes = ids.map((nodeId) => ({ nodeId, missing: 2, ...parts }));
    return embeddedRun(["--fleet", await writeFleet(directory, { nodes, findings }), ...args]);
  }
  const states = (outcome: Outcome) => findingsOf(outcome).map(state);

  it("are closed at once if Systems Manager does not list them, and opened again if it does", async () => {
    const opened = await play(NODES, {}, []);
    expect(states(opened)).to.deep.equal([OPEN, OPEN, OPEN]);
    const listed = [FORGED, BACK];
    const once = await play(listed, {}, opened.findings, "--events", events, "--time-scale", "600");
    expect(states(once)).to.deep.equal([CLOSED, OPEN, OPEN]);
    expect(JSON.stringify(once.findings[0])).to.contain("NODE_DEREGISTERED").and.to.contain("was deregistered");
    expect(once.queues).to.deep.equal({ work: 0, outage: 0, quarantine: 0 });

    const again = await play(NODES, { pingedAt: LATER }, once.findings, "--events", events, "--sweep");
    expect(states(again)).to.deep.equal([OPEN, OPEN, OPEN]);
  });
});
