import { expect } from "chai";
import { countingIn } from "../doubles/counters.ts";
import { destinationOn } from "../doubles/partial-hub.ts";
import type { SecurityHub } from "../../functions/security-hub/security-hub.ts";
import { MAX_PAGES } from "../../functions/work/sweep-turn.ts";
import { run, type SweepOutcome } from "../../functions/sweep.ts";
import { days, nodeId, NODE } from "../fixtures/node-fixtures.ts";

type Ports = Parameters<typeof run>[1];
const STARTED = "2026-11-20T12:00:00.000Z";
const START = JSON.stringify({ "detail-type": "Scheduled Event", source: "aws.events", time: "2026-11-20T12:00:00Z" });
const PRODUCT = "arn:aws:securityhub:us-east-2:111122223333:product/111122223333/default";
const HYBRID = "mi-0123456789abcdef0";

function finding(id: string, parts: object = {}) {
  return {
    Id: `patch-manager-findings/us-east-2/111122223333/${id}`,
    ProductArn: PRODUCT,
    AwsAccountId: "111122223333",
    GeneratorId: "patch-manager-findings",
    ...parts,
  };
}
const named = (name: string) =>
  Object.assign(new Error(`${name} here`), {
    name,
    $metadata: { httpStatusCode: name.startsWith("Internal") ? 500 : 400 },
  });

interface World {
  /** Pages of managed node ids. */
  readonly pages?: readonly (readonly string[])[];
  readonly open?: readonly object[];
  readonly unresolved?: readonly object[];
  readonly listed?: readonly string[];
  readonly states?: Readonly<Record<string, string>>;
  /** The page of managed nodes whose read fails. */
  readonly failsAt?: number;
  readonly error?: Error;
  readonly hubError?: Error;
  readonly ec2Error?: Error;
  /** A node that Systems Manager does not take in a filter. */
  readonly refusedNode?: string;
  readonly turns?: number;
}

/** Runs a sweep from a message on, all its turns; each turn has time for so many pages. */
async function sweep(world: World, body = START) {
  const work: { references: Record<string, unknown>[]; delay: number }[] = [];
  const handed: { sweep: Record<string, unknown>; delay: number }[] = [];
  const counted: string[] = [];
  const outcomes: SweepOutcome[] = [];
  const askedOfEc2: string[] = [];
  let left = 0;
  const pages = world.pages ?? [[NODE]];
  const hub: Partial<SecurityHub> = {
    probe: () => (world.hubError ? Promise.reject(world.hubError) : Promise.resolve()),
    search: (filters) =>
      Promise.resolve({
        findings: (filters.RecordState?.[0]?.Value === "ACTIVE"
          ? (world.open ?? [])
          : (world.unresolved ?? [])) as never[],
      }),
  };
  const ports: Ports = {
    managedNodes: (token) => {
      const index = Number(token ?? 0);
      left -= 1;
      if (world.error && index >= (world.failsAt ?? 0)) return Promise.reject(world.error);
      return Promise.resolve({
        nodeIds: pages[index] ?? [],
        ...(index + 1 < pages.length && { next: String(index + 1) }),
      });
    },
    data: {
      nodes: (ids) =>
        ids.some((id) => id === world.refusedNode)
          ? Promise.reject(named("ValidationException"))
          : Promise.resolve(ids.filter((id) => world.listed?.includes(id)).map((InstanceId) => ({ InstanceId }))),
    },
    instances: {
      states: (ids) => {
        askedOfEc2.push(...ids);
        return world.ec2Error
          ? Promise.reject(world.ec2Error)
          : Promise.resolve(new Map(Object.entries(world.states ?? {})));
      },
    },
    destination: destinationOn(hub),
    queue: {
      sendAfter: (url, message, delay) => {
        if (url === "work") work.push({ ...(message as { references: Record<string, unknown>[] }), delay });
        else handed.push({ ...(message as { sweep: Record<string, unknown> }), delay });
        return Promise.resolve();
      },
    },
    sweepQueueUrl: "sweep",
    workQueueUrl: "work",
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    counter: countingIn(counted),
    remaining: () => (left > 0 ? 200_000 : 0),
  };
  let next: string | undefined = body;
  while (next !== undefined && outcomes.length < 60) {
    left = world.turns ?? 1000;
    outcomes.push(await run(next, ports));
    const message = handed[outcomes.filter((outcome) => outcome === "handedOn").length - 1];
    next = outcomes.at(-1) === "handedOn" && message ? JSON.stringify({ sweep: message.sweep }) : undefined;
  }
  return { work, handed, counted, outcomes, askedOfEc2, references: work.flatMap(({ references }) => references) };
}

describe("sweep", () => {
  it("sends every managed node to the work queue, page by page and one after the other", async () => {
    const { work, outcomes, counted } = await sweep({
      pages: [[nodeId(1), HYBRID], [nodeId(2), "web-1"], [nodeId(3)]],
    });
    expect(work).to.deep.equal([
      { references: [nodeId(1), HYBRID].map((id) => ({ nodeId: id, attempts: 0, sweep: STARTED })), delay: 0 },
      { references: [{ nodeId: nodeId(2), attempts: 0, sweep: STARTED }], delay: 2 },
      { references: [{ nodeId: nodeId(3), attempts: 0, sweep: STARTED }], delay: 4 },
    ]);
    expect([outcomes, counted]).to.deep.equal([["finished"], ["SweepFinished"]]);
  });

  it("sends the next turn when time runs out, and loses no page", async () => {
    const pages = Array.from({ length: 25 }, (_, index) => [nodeId(index)]);
    const { references, outcomes, handed } = await sweep({ pages, turns: 10 });
    expect(references.map((one) => one["nodeId"])).to.deep.equal(pages.flat());
    expect(outcomes.at(-1)).to.equal("finished");
    expect(handed.map((one) => [one.sweep["token"], one.delay]).slice(0, 2)).to.deep.equal([
      ["10", 20],
      ["20", 20],
    ]);
  });

  it("covers 100,000 nodes, at most 100 messages a turn", async () => {
    const pages = Array.from({ length: 2_000 }, (_, page) =>
      Array.from({ length: 50 }, (_, i) => nodeId(page * 50 + i)),
    );
    const { references, handed, outcomes } = await sweep({ pages, turns: 5_000 });
    expect(references).to.have.length(100_000);
    expect(outcomes.filter((outcome) => outcome === "handedOn")).to.have.length(20);
    expect(Math.max(...handed.map(({ delay }) => delay))).to.equal(200);
  });

  const removed: [name: string, id: string, world: World, expected: object | undefined][] = [
    ["listed", NODE, { listed: [NODE] }, undefined],
    ["terminated", NODE, { states: { [NODE]: "terminated" } }, { removed: "terminated" }],
    ["unknown to both services", NODE, {}, { removed: "absent" }],
    ["stopped", NODE, { states: { [NODE]: "stopped" } }, {}],
    ["running without an agent", NODE, { states: { [NODE]: "running" } }, {}],
    ["shutting down", NODE, { states: { [NODE]: "shutting-down" } }, {}],
    ["a hybrid node that is not listed", HYBRID, {}, { removed: "absent" }],
  ];
  for (const [name, id, world, expected] of removed) {
    it(`compares open findings with their nodes: ${name}`, async () => {
      const blindSpot = {
        Id: `patch-manager-findings/us-east-2/111122223333/${id}/blind-spot`,
        GeneratorId: "patch-manager-findings/blind-spot",
      };
      const { references } = await sweep({ pages: [[]], open: [finding(id), finding(id, blindSpot)], ...world });
      expect(references).to.deep.equal(
        expected === undefined ? [] : [{ nodeId: id, attempts: 0, sweep: STARTED, ...expected }],
      );
    });
  }

  const source = (Source: string) => ({ ProductFields: { "PatchFindings/Source": Source } });
  const association = { "PatchFindings/Document": "AWS-RunPatchBaselineAssociation" };
  const blindSpot = { GeneratorId: "patch-manager-findings/blind-spot", ProductFields: association };
  const listed: [name: string, open: object[], asked: boolean][] = [
    ["of an association", [finding(NODE, source("Association"))], true],
    ["after an association's run", [finding(NODE, { ProductFields: association })], true],
    ["a blind spot of an association", [finding(`${NODE}/blind-spot`, blindSpot)], true],
    ["of a patch state", [finding(NODE, source("Patch"))], false],
    ["of inventory", [finding(NODE, source("Inventory"))], false],
    ["without fields", [finding(NODE)], false],
    ["of an association, by another program", [finding(NODE, { ...source("Association"), GeneratorId: "x" })], false],
    ["one of two kinds", [finding(NODE, source("Association")), finding(`${NODE}/blind-spot`, blindSpot)], true],
  ];
  for (const [name, open, asked] of listed) {
    it(`requests the associations of a listed node only for its open finding: ${name}`, async () => {
      const { references, askedOfEc2 } = await sweep({ pages: [[]], open, unresolved: open, listed: [NODE] });
      const expected = { nodeId: NODE, attempts: 0, sweep: STARTED, readAssociations: true };
      expect(references).to.deep.equal(asked ? [expected] : []);
      expect(askedOfEc2).to.deep.equal([]);
    });
  }

  it("calls no node removed when Systems Manager refuses to answer for one node", async () => {
    const { references, outcomes, counted } = await sweep({
      pages: [[]],
      open: [finding(NODE), finding(HYBRID)],
      refusedNode: NODE,
    });
    expect(references).to.deep.equal([]);
    expect([outcomes.at(-1), counted]).to.deep.equal(["unfinished", ["SweepUnfinished"]]);
  });

  it("ignores findings of other products", async () => {
    const others = [{ GeneratorId: "x" }, { AwsAccountId: "9" }, { ProductArn: "arn:x" }, { Region: "x" }, { Id: "x" }];
    const { references } = await sweep({ pages: [[]], open: others.map((parts) => finding(NODE, parts)) });
    expect(references).to.deep.equal([]);
  });

  it("calls no node removed when Systems Manager fails from the second page on, and reports an unfinished sweep", async () => {
    const { references, outcomes, handed, counted } = await sweep({
      pages: [[nodeId(1)], [nodeId(2)]],
      open: [finding(NODE)],
      failsAt: 1,
      error: named("InternalServerError"),
    });
    expect(references).to.deep.equal([{ nodeId: nodeId(1), attempts: 0, sweep: STARTED }]);
    expect(handed.map(({ delay, sweep: { attempts } }) => [attempts, delay])).to.deep.equal([
      [1, 60],
      [2, 120],
      [3, 240],
      [4, 480],
    ]);
    expect(outcomes.at(-1)).to.equal("unfinished");
    expect(counted).to.deep.equal(["SweepUnfinished"]);
  });

  it("calls no node removed when EC2 fails", async () => {
    const { references, outcomes } = await sweep({
      pages: [[]],
      open: [finding(NODE)],
      ec2Error: named("InternalError"),
    });
    expect([references, outcomes.at(-1)]).to.deep.equal([[], "unfinished"]);
  });

  it("does not retry a denied call", async () => {
    const { outcomes } = await sweep({ error: named("AccessDeniedException") });
    expect(outcomes).to.deep.equal(["unfinished"]);
  });

  it("starts a stage again if its token has expired", async () => {
    const token = JSON.stringify({ sweep: { startedAt: STARTED, stage: "nodes", token: "1", pages: 9, attempts: 0 } });
    const { handed } = await sweep({ failsAt: 1, error: named("InvalidNextToken"), pages: [[], []] }, token);
    expect(handed[0]?.sweep).to.deep.equal({ startedAt: STARTED, stage: "nodes", pages: 9, attempts: 1 });
  });

  it("does nothing while Security Hub is unavailable, and reports it", async () => {
    const { work, counted, outcomes } = await sweep({ hubError: named("SecurityHubUnavailable") });
    expect([work, counted, outcomes]).to.deep.equal([[], ["SweepSkipped"], ["skipped"]]);
  });

  it("ends after a bounded number of pages", async () => {
    const body = JSON.stringify({ sweep: { startedAt: STARTED, stage: "open", pages: MAX_PAGES, attempts: 0 } });
    const { work, counted, outcomes } = await sweep({}, body);
    expect([work, counted, outcomes]).to.deep.equal([[], ["SweepUnfinished"], ["unfinished"]]);
  });

  for (const body of [
    "{",
    "null",
    "[]",
    '{"sweep":{}}',
    JSON.stringify({ sweep: { startedAt: days(0), stage: "x" } }),
  ]) {
    it(`ignores ${body}`, async () => {
      expect((await sweep({}, body)).outcomes).to.deep.equal(["unfinished"]);
    });
  }
});
