/** Nodes that may be terminated: each case is a node of one fleet, played once undisturbed and once while EC2 fails. */
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ACCOUNT, REGION, writeFleet, type Plain } from "./life-fleet.ts";
import { findingsOf, LATER, state } from "./life-shapes.ts";
import { embeddedRun, type Outcome } from "./run-embedded.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

const OPEN = ["ACTIVE", "FAILED", "NEW"];
const CLOSED = ["ARCHIVED", "PASSED", "RESOLVED"];
const BLIND_SPOT = ["ACTIVE", "WARNING", "NEW"];

interface Case {
  readonly what: string;
  /** The node in Systems Manager, or undefined if it is not listed. */
  readonly node?: Omit<Plain, "nodeId">;
  /** What EC2 says; undefined if it does not know the instance. */
  readonly instance?: string;
  readonly event: "termination" | "command";
  /** Of the node's finding; undefined if there is to be none. */
  readonly becomes?: readonly string[];
}

const NONCOMPLIANT = { missing: 2 };
/** Those with a termination had an open finding before. */
const CASES: readonly Case[] = [
  { what: "forged", node: NONCOMPLIANT, instance: "running", event: "termination", becomes: OPEN },
  { what: "forgotten by EC2", event: "termination", becomes: OPEN },
  { what: "real", instance: "terminated", event: "termination", becomes: CLOSED },
  { what: "real, and listed", node: NONCOMPLIANT, instance: "terminated", event: "termination", becomes: CLOSED },
  { what: "late command", instance: "terminated", event: "command" },
  { what: "late command, listed", node: {}, instance: "terminated", event: "command" },
  { what: "late command, listed with old data", node: NONCOMPLIANT, instance: "terminated", event: "command" },
  { what: "late command, forgotten by EC2", event: "command" },
  { what: "late command, running", node: {}, instance: "running", event: "command", becomes: BLIND_SPOT },
];
const idOf = (index: number): string => nodeId(index + 1);

function eventOf({ event }: Case, index: number): object {
  const envelope = { version: "0", account: ACCOUNT, region: REGION, time: LATER };
  if (event === "termination") {
    const detail = { "instance-id": idOf(index), state: "terminated" };
    return { ...envelope, source: "aws.ec2", "detail-type": "EC2 Instance State-change Notification", detail };
  }
  const detail = {
    "command-id": "1d3f5a7c-0000-4000-8000-000000000001",
    "document-name": "AWS-RunPatchBaseline",
    "instance-id": idOf(index),
    "requested-date-time": LATER,
    status: "Undeliverable",
  };
  return { ...envelope, source: "aws.ssm", "detail-type": "EC2 Command Invocation Status-change Notification", detail };
}

/** Longer than all that one round of questions is retried. */
const failing = (code: string, status: number, count: number) => ({
  ...{ service: "ec2", operation: "DescribeInstances", kind: "error" },
  ...{ code, status, count },
});

describe("terminated instances in embedded runs", function () {
  this.timeout(180_000);
  let directory: string;
  let findings: readonly object[];

  const disturbances: [how: string, faults: readonly object[]][] = [
    ["undisturbed", []],
    [
      "while EC2 throttles, and then denies",
      [failing("RequestLimitExceeded", 503, 40), failing("UnauthorizedOperation", 403, 80)],
    ],
  ];

  async function file(content: unknown): Promise<string> {
    const path = join(await mkdtemp(join(directory, "file-")), "content.json");
    await writeFile(path, JSON.stringify(content));
    return path;
  }

  async function play(faults: readonly object[]): Promise<Outcome> {
    const nodes = CASES.flatMap(({ node }, index) => (node === undefined ? [] : [{ nodeId: idOf(index), ...node }]));
    const known = CASES.flatMap(({ instance }, index) => (instance === undefined ? [] : [[idOf(index), instance]]));
    const instances = Object.fromEntries(known) as Record<string, string>;
    const fleet = await writeFleet(directory, { nodes, findings, instances });
    const events = await file(CASES.map(eventOf));
    const given = ["--fleet", fleet, "--events", events, "--faults", await file(faults)];
    return embeddedRun(given);
  }

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "terminated-"));
    const nodes = CASES.flatMap(({ event }, index) =>
      event === "termination" ? [{ nodeId: idOf(index), ...NONCOMPLIANT }] : [],
    );
    const opened = await embeddedRun(["--fleet", await writeFleet(directory, { nodes })]);
    expect(findingsOf(opened).map(state)).to.deep.equal(nodes.map(() => OPEN));
    ({ findings } = opened);
  });
  after(() => rm(directory, { recursive: true }));

  for (const [how, faults] of disturbances) {
    it(`are closed if EC2 says so, and only then: ${how}`, async () => {
      const outcome = await play(faults);
      const found = findingsOf(outcome);
      const became = CASES.map(({ what }, index) => [
        what,
        found.filter(({ Id }) => Id.includes(idOf(index))).map(state),
      ]);
      expect(became).to.deep.equal(CASES.map(({ what, becomes }) => [what, becomes === undefined ? [] : [becomes]]));
      expect(outcome.queues).to.deep.equal({ work: 0, outage: 0, quarantine: 0 });
      const asked = outcome.apiCalls["ec2:DescribeInstances"] ?? 0;
      if (faults.length === 0) expect(asked, "one question for each doubt").to.equal(CASES.length);
      else expect(asked).to.be.greaterThan(CASES.length);
    });
  }

  it("are not asked about if no source says that they are terminated", async () => {
    const plain = await embeddedRun([
      "--fleet",
      await writeFleet(directory, { nodes: [{ nodeId: idOf(0), ...NONCOMPLIANT, online: true }] }),
    ]);
    expect(plain.apiCalls).to.not.have.property("ec2:DescribeInstances");
  });

  it("have their finding opened again by a sweep only if EC2 says that the instance runs", async () => {
    const [first, second] = [idOf(2), idOf(3)];
    const closed = findingsOf(await play([])).filter(({ RecordState }) => RecordState === "ARCHIVED");
    const before = new Date(Date.parse(LATER) - 1).toISOString();
    const nodes = [
      { nodeId: first, ...NONCOMPLIANT, pingedAt: before },
      { nodeId: second, ...NONCOMPLIANT, pingedAt: before },
    ];
    const instances = { [first]: "running", [second]: "terminated" };
    const stored = closed.map((finding) => ({ ...finding, UpdatedAt: LATER }));
    const fleet = await writeFleet(directory, { nodes, findings: stored, instances });
    const swept = await embeddedRun(["--fleet", fleet, "--events", await file([]), "--sweep"]);
    expect(findingsOf(swept).map(({ Id, RecordState }) => [Id.split("/").at(-1), RecordState])).to.have.deep.members([
      [first, "ACTIVE"],
      [second, "ARCHIVED"],
    ]);
  });
});
