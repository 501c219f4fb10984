/** Which nodes' compliance items are read, and which are spared because of their summaries. */
import { expect } from "chai";
import type { NodeSummary } from "../../../functions/systems-manager/compliance-summaries.ts";
import { readNodes } from "../../../functions/systems-manager/node-reader.ts";
import type { NodeReference } from "../../../functions/work/node-reference.ts";
import { days, NODE, nodeId, READ_AT, reference } from "../../fixtures/node-fixtures.ts";
import { failure, patchItem, state, world, type World } from "../../doubles/patch-data.ts";

const ITEMS = ["items NON_COMPLIANT"];
const ASKED = ["summaries", ...ITEMS];
const compliant: NodeSummary = { Patch: "compliant" };
const association = { document: "AWS-RunPatchBaselineAssociation" } as const;
const old = state({ OperationEndTime: new Date(days(-8)) });

async function read(given: World, parts: Partial<NodeReference> = {}) {
  const { data, calls } = world(given);
  const failures: unknown[] = [];
  const now = () => new Date(READ_AT);
  const readings = await readNodes([reference({ nodeId: NODE, ...parts })], data, now, (error) => failures.push(error));
  return { readings, failures, calls: calls.filter((call) => call !== "patchStates" && call !== "nodes") };
}

describe("reads spared by summaries", () => {
  const cases: [name: string, state: World["states"], summary: NodeSummary | undefined, object, calls: string[]][] = [
    ["all compliant", [state()], { ...compliant, Association: "compliant" }, {}, ["summaries"]],
    ["patches compliant, and no association", [state()], compliant, {}, ["summaries"]],
    ["an old state, and no association", [old], compliant, {}, ["summaries"]],
    ["no summary", [state()], undefined, {}, ASKED],
    ["no summary of patches", [state()], { Association: "compliant" }, {}, ASKED],
    ["noncompliant patches in the summary", [state()], { Patch: "noncompliant" }, {}, ASKED],
    ["a noncompliant association", [state()], { ...compliant, Association: "noncompliant" }, {}, ASKED],
    [
      "an old state beside an association, which may be newer",
      [old],
      { ...compliant, Association: "compliant" },
      {},
      [...ASKED, "items Association"],
    ],
    ["noncompliant counts", [state({ MissingCount: 1 })], compliant, {}, [...ITEMS, "hasItems"]],
    ["a critical count alone", [state({ CriticalNonCompliantCount: 1 })], compliant, {}, [...ITEMS, "hasItems"]],
    ["no state", [], compliant, {}, ["items all", "inventory AWS:PatchSummary"]],
    [
      "an association's own event",
      [state()],
      compliant,
      { associationRun: association },
      [...ITEMS, "items Association"],
    ],
    ["a finding of an association", [state()], compliant, { readAssociations: true }, [...ITEMS, "items Association"]],
    ["a finding that would close", [state()], compliant, { readInFull: true }, ITEMS],
  ];
  for (const [name, states = [], summary, parts, expected] of cases) {
    it(`${name}: ${expected.length === 1 && expected[0] === "summaries" ? "spared" : "read"}`, async () => {
      const { calls, readings } = await read(
        { states, summaries: summary === undefined ? {} : { [NODE]: summary } },
        parts,
      );
      expect(calls).to.deep.equal(expected);
      expect(readings[0]?.summarized).to.equal(expected.length === 1 && expected[0] === "summaries" ? true : undefined);
    });
  }

  it("says of a spared node what its items would say: only the mark differs", async () => {
    const { readings: spared } = await read({ states: [state()], summaries: { [NODE]: compliant } });
    const { readings } = await read({ states: [state()], summaries: { [NODE]: compliant } }, { readInFull: true });
    expect(spared).to.deep.equal(readings.map((reading) => ({ ...reading, summarized: true })));
  });

  it("reads the items if the role may not read summaries, and reports that", async () => {
    const denied = failure("AccessDeniedException");
    const fails = (call: string) => (call === "summaries" ? denied : undefined);
    const { calls, failures } = await read({ states: [state()], fails });
    expect(calls).to.deep.equal(ASKED);
    expect(failures).to.deep.equal([denied]);
  });

  it("fails as a whole if the summaries are throttled: the state machine retries", async () => {
    const fails = (call: string) => (call === "summaries" ? failure("ThrottlingException") : undefined);
    const thrown: unknown = await read({ states: [state()], fails }).catch((error: unknown) => error);
    expect(thrown).to.have.property("name", "SystemsManagerThrottled");
  });

  it("reads the items if the summaries cannot be read, and reports that", async () => {
    const broken = failure("InternalServerError", 500);
    const fails = (call: string) => (call === "summaries" ? broken : undefined);
    const { calls, failures, readings } = await read({ states: [state()], fails });
    expect([calls, failures, readings[0]?.unread]).to.deep.equal([ASKED, [broken], undefined]);
  });

  it("reads the other nodes if the summaries are throttled: only those that they would spare come back", async () => {
    const other = nodeId(7);
    const fails = (call: string) => (call === "summaries" ? failure("ThrottlingException") : undefined);
    const states = [state(), state({ InstanceId: other, MissingCount: 1 })];
    const { data } = world({ states, items: [patchItem({ ResourceId: other })], fails });
    const references = [reference({ nodeId: NODE }), reference({ nodeId: other })];
    const [spared, read] = await readNodes(references, data, () => new Date(READ_AT));
    expect(spared).to.include({ transient: true, throttled: true });
    expect(read?.sources[0]?.patches?.total).to.equal(1);
  });

  it("asks nothing if every node must be read", async () => {
    const items = [patchItem()];
    expect((await read({ states: [state({ MissingCount: 1 })], items })).calls).to.deep.equal(ITEMS);
  });
});
