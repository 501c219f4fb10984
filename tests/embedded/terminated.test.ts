import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ACCOUNT, REGION, writeFleet, type Folder } from "./life-fleet.ts";
import { findingsOf, LATER, LATEST, state } from "./life-shapes.ts";
import { embeddedRun, RunsSideBySide, type Outcome } from "./run-embedded.ts";
import { nodeId } from "../node-fixtures.ts";

/** Waits of minutes become seconds. */
const PACE = ["--time-scale", "100"];
const NODE = nodeId(1);
const OPEN = ["ACTIVE", "FAILED", "NEW"];
const CLOSED = ["ARCHIVED", "PASSED", "RESOLVED"];

const envelope = { version: "0", account: ACCOUNT, region: REGION, time: LATER };
const TERMINATION = {
  ...envelope,
  source: "aws.ec2",
  "detail-type": "EC2 Instance State-change Notification",
  detail: { "instance-id": NODE, state: "terminated" },
};
const LATE_COMMAND = {
  ...envelope,
  source: "aws.ssm",
  "detail-type": "EC2 Command Invocation Status-change Notification",
  detail: {
    "command-id": "1d3f5a7c-0000-4000-8000-000000000001",
    "document-name": "AWS-RunPatchBaseline",
    "instance-id": NODE,
    "requested-date-time": LATER,
    status: "Undeliverable",
  },
};

/** EC2 as it fails: each question is asked four times, and twice so often here. */
const failing = (code: string, status: number, count = 8) => [
  { service: "ec2", operation: "DescribeInstances", kind: "error", code, status, count },
];

describe("terminated instances in embedded runs", function () {
  this.timeout(120_000);
  const runs = new RunsSideBySide();
  let directory: string;
  let files = 0;

  async function file(content: unknown): Promise<string> {
    const path = join(directory, `file-${(files += 1)}.json`);
    await writeFile(path, JSON.stringify(content));
    return path;
  }

  async function run(folder: Folder, events: readonly object[], faults: readonly object[] = [], ...more: string[]) {
    const fleet = await writeFleet(directory, folder);
    const given = ["--fleet", fleet, "--events", await file(events), "--faults", await file(faults), ...PACE, ...more];
    return embeddedRun(given, { stallMs: 5_000 });
  }

  const node = { nodeId: NODE, missing: 2 };
  const is = (name: string) => ({ instances: { [NODE]: name } });

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "terminated-"));
    const opened = await embeddedRun(["--fleet", await writeFleet(directory, { nodes: [node] }), ...PACE]);
    const { findings } = opened;
    expect(findingsOf(opened).map(state)).to.deep.equal([OPEN]);
    const start = (name: string, ...how: Parameters<typeof run>) => runs.start(name, () => run(...how));
    const gone = { nodes: [], findings };
    start("forged", { nodes: [node], findings, ...is("running") }, [TERMINATION]);
    start("forged, while EC2 throttles", { nodes: [node], findings, ...is("running") }, [TERMINATION], throttled);
    start("real", { ...gone, ...is("terminated") }, [TERMINATION]);
    start("real, and still listed", { nodes: [node], findings, ...is("terminated") }, [TERMINATION]);
    start("real, while EC2 denies", { ...gone, ...is("terminated") }, [TERMINATION], denied);
    start("forgotten by EC2", { ...gone, instances: {} }, [TERMINATION]);
    start("late command", { nodes: [], ...is("terminated") }, [LATE_COMMAND]);
    start("late command, listed", { nodes: [{ nodeId: NODE }], ...is("terminated") }, [LATE_COMMAND], throttled);
    start("late command, forgotten by EC2", { nodes: [], instances: {} }, [LATE_COMMAND]);
    start("late command, running", { nodes: [{ nodeId: NODE }], ...is("running") }, [LATE_COMMAND], denied);
  });
  after(() => rm(directory, { recursive: true }));

  const throttled = failing("RequestLimitExceeded", 503);
  const denied = failing("UnauthorizedOperation", 403);

  const states = async (name: string) => findingsOf(await runs.outcome(name)).map(state);
  const drained = ({ queues }: Outcome) => Object.values(queues);

  for (const name of ["forged", "forged, while EC2 throttles", "forgotten by EC2"]) {
    it(`${name}: the termination closes nothing`, async () => {
      expect(await states(name)).to.deep.equal([OPEN]);
      expect(drained(await runs.outcome(name))).to.deep.equal([0, 0, 0]);
    });
  }

  for (const name of ["real", "real, and still listed", "real, while EC2 denies"]) {
    it(`${name}: the termination closes the finding`, async () => {
      expect(await states(name)).to.deep.equal([CLOSED]);
      const [finding] = findingsOf(await runs.outcome(name));
      expect(finding?.ProductFields).to.include({ "PatchFindings/Gone": "terminated" });
      expect(drained(await runs.outcome(name))).to.deep.equal([0, 0, 0]);
    });
  }

  for (const name of ["late command", "late command, listed", "late command, forgotten by EC2"]) {
    it(`${name}: no blind spot`, async () => {
      expect(await states(name)).to.deep.equal([]);
      expect(drained(await runs.outcome(name))).to.deep.equal([0, 0, 0]);
    });
  }

  it("late command, running: a blind spot, after EC2 has answered", async () => {
    expect(await states("late command, running")).to.deep.equal([["ACTIVE", "WARNING", "NEW"]]);
  });

  it("asks EC2 once for each claim, and not at all for nodes without one", async () => {
    expect((await runs.outcome("real")).apiCalls["ec2:DescribeInstances"]).to.equal(1);
    expect((await runs.outcome("real, while EC2 denies")).apiCalls["ec2:DescribeInstances"]).to.equal(9);
    const plain = await run({ nodes: [node] }, []);
    expect(plain.apiCalls).to.not.have.property("ec2:DescribeInstances");
  });

  it("a finding that was closed although the instance runs is open again after a sweep", async () => {
    const closed = findingsOf(await runs.outcome("real")).map((finding) => ({ ...finding, UpdatedAt: LATER }));
    const sweep = (pingedAt: string) =>
      run({ nodes: [{ ...node, pingedAt }], findings: closed, ...is("running") }, [], [], "--sweep");
    expect(findingsOf(await sweep(LATEST)).map((finding) => finding.RecordState)).to.deep.equal(["ACTIVE"]);
    const before = new Date(Date.parse(LATER) - 1).toISOString();
    expect(findingsOf(await sweep(before)).map((finding) => finding.RecordState)).to.deep.equal(["ARCHIVED"]);
  });
});
