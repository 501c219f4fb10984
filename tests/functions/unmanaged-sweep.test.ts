/** The sweep's stage for running instances that Systems Manager does not manage. */
import { expect } from "chai";
import { days, nodeId, NODE } from "../fixtures/node-fixtures.ts";
import { finding, STARTED, sweep } from "../fixtures/sweep-fixture.ts";

const GROUP = "aws:autoscaling:groupName";
const [OTHER, REMOVED] = [nodeId(1), nodeId(2)];
const claim = { attempts: 0, sweep: STARTED };
const absent = { ...claim, removed: "absent" };
const running = (id: string, tags: Readonly<Record<string, string>> = {}, startedAt?: string) => ({
  nodeId: id,
  tags: new Map(Object.entries(tags)),
  ...(startedAt !== undefined && { startedAt }),
});

/** An open finding that says that the instance is unmanaged. */
const unmanaged = (id: string, fields: object = {}, parts: object = {}) =>
  finding(`${id}/blind-spot`, {
    GeneratorId: "patch-manager-findings/blind-spot",
    UpdatedAt: days(-1),
    ProductFields: { "PatchFindings/BlindSpot": "unmanaged", ...fields },
    ...parts,
  });

/** Most tests have no managed nodes. */
const pages = [[]];

describe("the sweep's stage for unmanaged instances", () => {
  it("sends running instances that no page lists and Systems Manager does not know", async () => {
    const world = { pages: [[NODE]], states: [], withAssociations: [NODE], listed: [OTHER] };
    const instances = [NODE, OTHER, REMOVED].map((id) => running(id));
    const { references, asked, outcomes } = await sweep({ ...world, ec2: { running: [instances] } });
    expect(references).to.deep.equal([{ nodeId: REMOVED, ...claim, unmanaged: true }]);
    // The page of managed nodes answers for the first one.
    expect(asked).to.deep.equal([[OTHER, REMOVED]]);
    expect(outcomes).to.deep.equal(["finished"]);
  });

  for (const [name, instance, open, expected] of [
    ["young", running(NODE, {}, STARTED), [], []],
    ["of an Auto Scaling group", running(NODE, { [GROUP]: "a" }), [], []],
    ["with an invalid id", running("i-x"), [], []],
    ["with a finding", running(NODE), [unmanaged(NODE)], []],
    ["with an old finding", running(NODE), [unmanaged(NODE, {}, { UpdatedAt: days(-70) })], [true]],
    ["left out, with a finding", running(NODE, { [GROUP]: "a" }), [unmanaged(NODE)], [false]],
    ["started again, with a finding", running(NODE, {}, STARTED), [unmanaged(NODE)], []],
  ] as const) {
    it(`${name}: ${expected.length === 0 ? "nothing to do" : `sent with unmanaged ${expected[0]}`}`, async () => {
      const { references } = await sweep({ pages, open, ec2: { running: [[instance]] } });
      expect(references).to.deep.equal(expected.map((value) => ({ nodeId: NODE, ...claim, unmanaged: value })));
    });
  }

  it("calls an instance removed if its finding says that it was absent, and it still is", async () => {
    const open = [unmanaged(NODE, { "PatchFindings/AbsentSince": days(-1) })];
    const { references } = await sweep({ pages, open, ec2: { running: [[]] } });
    expect(references).to.deep.equal([{ nodeId: NODE, ...absent }]);
  });

  it("opens nothing about an instance that Systems Manager refuses to answer for, and asks about the others", async () => {
    const ids = Array.from({ length: 60 }, (_, index) => nodeId(index));
    const refusedNode = ids[30] ?? "";
    const { references, outcomes } = await sweep({
      pages,
      refusedNode,
      ec2: { running: [ids.map((id) => running(id))] },
    });
    expect(references.map((one) => one["nodeId"])).to.deep.equal(ids.filter((id) => id !== refusedNode));
    expect(outcomes).to.deep.equal(["finished"]);
  });

  it("reads 1,200 instances in pages, over several turns, and asks about 50 at a time", async () => {
    const ids = Array.from({ length: 1_200 }, (_, index) => nodeId(index));
    const all = Array.from({ length: 6 }, (_, page) =>
      ids.slice(page * 200, page * 200 + 200).map((id) => running(id)),
    );
    const listed = ids.filter((_, index) => index % 2 === 0);
    const { references, handed, asked, outcomes } = await sweep({ pages, listed, turns: 2, ec2: { running: all } });
    expect(references.map((one) => one["nodeId"])).to.deep.equal(ids.filter((_, index) => index % 2 === 1));
    expect(handed.map(({ sweep: { stage, token } }) => [stage, token])).to.deep.equal([
      ["unmanaged", "1"],
      ["unmanaged", "3"],
      ["unmanaged", "5"],
    ]);
    expect(asked.map(({ length }) => length)).to.deep.equal(Array(24).fill(50));
    expect(outcomes.at(-1)).to.equal("finished");
  });

  it("continues from a token, and asks Systems Manager about the nodes that an earlier turn saw", async () => {
    const turn = { startedAt: STARTED, stage: "unmanaged", token: "1", pages: 9, attempts: 0 };
    const all = [[running(NODE)], [running(OTHER), running(REMOVED)]];
    const world = { listed: [OTHER], ec2: { running: all } };
    const { references, outcomes } = await sweep(world, JSON.stringify({ sweep: turn }));
    expect([references, outcomes]).to.deep.equal([[{ nodeId: REMOVED, ...claim, unmanaged: true }], ["finished"]]);
  });

  it("without the setting, ends the sweep of an older message", async () => {
    const turn = { startedAt: STARTED, stage: "unmanaged", pages: 9, attempts: 0 };
    const { work, outcomes } = await sweep({}, JSON.stringify({ sweep: turn }));
    expect([work, outcomes]).to.deep.equal([[], ["finished"]]);
  });
});

describe("a sweep while EC2 does not answer", () => {
  const denied = Object.assign(new Error("not allowed"), {
    name: "UnauthorizedOperation",
    $metadata: { httpStatusCode: 403 },
  });
  const throttled = Object.assign(new Error("slow down"), {
    name: "RequestLimitExceeded",
    $metadata: { httpStatusCode: 503 },
  });

  for (const [name, error, attempts] of [
    ["denied", denied, []],
    ["throttled", throttled, [1, 2, 3, 4]],
  ] as const) {
    it(`${name}: removals do not wait, and the sweep is reported as unfinished`, async () => {
      const open = [unmanaged(NODE), finding(REMOVED)];
      const { references, handed, outcomes, counted } = await sweep({ pages, open, ec2: { error } });
      // The state machine asks EC2 itself whether they are there.
      expect(references).to.have.deep.members([NODE, REMOVED].map((id) => ({ nodeId: id, ...absent })));
      expect(handed.map(({ sweep: { stage, attempts: count } }) => [stage, count])).to.deep.equal(
        attempts.map((count) => ["unmanaged", count]),
      );
      expect([outcomes.at(-1), counted]).to.deep.equal(["unfinished", ["SweepUnfinished"]]);
    });
  }

  it("reads the same page again when it was throttled, and closes nothing", async () => {
    const all = [[running(OTHER)], [running(NODE)]];
    const world = { pages, open: [unmanaged(NODE)], ec2: { running: all, error: throttled, failsAt: 1 } };
    const turn = { startedAt: STARTED, stage: "unmanaged", pages: 1, attempts: 0 };
    const { references, handed } = await sweep(world, JSON.stringify({ sweep: turn }));
    expect(references).to.deep.equal([{ nodeId: OTHER, ...claim, unmanaged: true }]);
    const { attempts, token } = handed[0]?.sweep ?? {};
    expect([attempts, token]).to.deep.equal([1, "1"]);
  });

  it("does not hide a defect of the program", async () => {
    const { references, outcomes } = await sweep({
      pages,
      open: [unmanaged(NODE)],
      ec2: { error: new TypeError("x") },
    });
    expect([references, outcomes.at(-1)]).to.deep.equal([[], "unfinished"]);
  });
});

describe("an unmanaged instance with a finding about compliance", () => {
  const ec2 = { running: [[running(NODE)]] };
  const both = (parts: object = {}, fields: object = {}) => [
    unmanaged(NODE),
    finding(NODE, { UpdatedAt: days(-0.5), ProductFields: fields, ...parts }),
  ];

  it("is not sent in each sweep", async () => {
    expect((await sweep({ pages, open: both(), ec2 })).references).to.deep.equal([]);
  });

  for (const [name, open] of [
    ["once a day", both({ UpdatedAt: days(-1) })],
    ["if it was absent", both({}, { "PatchFindings/AbsentSince": days(-0.5) })],
  ] as const) {
    it(`is sent ${name}`, async () => {
      expect((await sweep({ pages, open, ec2 })).references).to.deep.equal([{ nodeId: NODE, ...absent }]);
    });
  }

  it("is sent if the workflow status of a finding is not set", async () => {
    const { references } = await sweep({ pages, open: [unmanaged(NODE)], unresolved: [finding(NODE)], ec2 });
    expect(references).to.deep.equal([{ nodeId: NODE, ...absent }]);
  });

  it("is sent if the instance does not run", async () => {
    const { references } = await sweep({ pages, open: both(), ec2: { running: [[]] } });
    expect(references).to.deep.equal([{ nodeId: NODE, ...absent }]);
  });
});
