/** Conditions on tags in what Gather reads. */
import { expect } from "chai";
import { DEFAULT_POLICIES, type Policies } from "../../../contract/policies.ts";
import { run as gather } from "../../../functions/gather.ts";
import { withinTime } from "../../../functions/systems-manager/reading-time.ts";
import { readNodes } from "../../../functions/systems-manager/node-reader.ts";
import { countingIn } from "../../doubles/counters.ts";
import { failure, patchItem, state, world, type World } from "../../doubles/patch-data.ts";
import { nodeId, READ_AT, reference } from "../../fixtures/node-fixtures.ts";

const [TEST, PROD, UNTAGGED] = [nodeId(1), nodeId(2), nodeId(3)];
const IDS = [TEST, PROD, UNTAGGED];
const TAGS = { [TEST]: { Env: "test", Name: "a" }, [PROD]: { Env: "prod" } };
const STATED = { owner: "Ann", reason: "replaced in June", until: "2027-01-01T00:00:00.000Z" };
const POLICIES: Policies = { ...DEFAULT_POLICIES, exceptions: [{ ...STATED, nodes: { tags: { Env: ["test"] } } }] };

const NODES: World = {
  states: IDS.map((InstanceId) => state({ InstanceId, MissingCount: 1 })),
  items: IDS.map((ResourceId) => patchItem({ ResourceId })),
};

async function read(given: World, policies = POLICIES) {
  const { data, calls } = world({ ...NODES, ...given });
  const timed = withinTime(data, 60_000);
  const references = IDS.map((id) => reference({ nodeId: id }));
  try {
    const readings = await readNodes(references, timed.data, () => new Date(READ_AT), undefined, policies);
    return { readings, calls };
  } finally {
    timed.end();
  }
}

describe("readNodes: tags", () => {
  it("are read once, and the reading names those that a policy names", async () => {
    const { readings, calls } = await read({ tags: TAGS });
    expect(calls.filter((call) => call === "tags")).to.have.lengthOf(1);
    expect(readings.map(({ tagMatches }) => tagMatches)).to.deep.equal([[0], undefined, undefined]);
    expect(readings.map((reading) => "tagMatches" in reading)).to.deep.equal([true, false, false]);
  });

  it("decide which patches are accepted, in the same read", async () => {
    const { readings } = await read({ tags: TAGS });
    expect(readings.map(({ acceptedBy }) => acceptedBy)).to.deep.equal([0, undefined, undefined]);
    const accepted = readings.map(({ sources }) => sources[0]?.patches?.accepted?.by);
    expect(accepted).to.deep.equal([[0], undefined, undefined]);
  });

  it("are not read if no policy names one", async () => {
    const { calls } = await read({ tags: TAGS }, DEFAULT_POLICIES);
    expect(calls).to.not.include("tags");
  });

  for (const [name, status, thrown] of [
    ["ThrottledException", 400, "SystemsManagerThrottled"],
    ["InternalServiceException", 500, "SystemsManagerUnavailable"],
    ["AccessDeniedException", 400, "SystemsManagerDenied"],
  ] as const) {
    it(`fail the whole state if they cannot be read: ${name}`, async () => {
      const fails = (call: string) => (call === "tags" ? failure(name, status) : undefined);
      const error: unknown = await read({ tags: TAGS, fails }).catch((reason: unknown) => reason);
      expect(error).to.have.property("name", thrown);
    });
  }

  it("leave a node unread if AWS refuses its ARN, and no other node", async () => {
    const fails = (call: string, ids: readonly string[]) =>
      call === "tags" && ids.includes(PROD) ? failure("InvalidParameterException") : undefined;
    const { readings } = await read({ tags: TAGS, fails });
    expect(readings.map(({ unread, sources }) => [unread?.split(":")[0], sources.length])).to.deep.equal([
      [undefined, 1],
      ["InvalidParameterException", 0],
      [undefined, 1],
    ]);
    expect(readings[0]?.tagMatches).to.deep.equal([0]);
  });

  it("are needed: a reader that lacks them does not take nodes for untagged", async () => {
    const error: unknown = await read({}).catch((reason: unknown) => reason);
    expect(error).to.be.an.instanceOf(Error).with.property("message").that.contains("nothing reads them");
  });
});

it("a denied read of tags counts once, for the alarm", async () => {
  const names: string[] = [];
  const { data } = world({
    ...NODES,
    tags: TAGS,
    fails: (call) => (call === "tags" ? failure("AccessDeniedException") : undefined),
  });
  const logger = { info: () => undefined, warn: () => undefined };
  const ports = {
    data,
    now: () => new Date(READ_AT),
    logger,
    counter: countingIn(names),
    blindSpotDays: 30,
    policies: POLICIES,
  };
  const error: unknown = await gather({ references: [reference({ nodeId: TEST })] }, ports).catch((e: unknown) => e);
  expect([error instanceof Error && error.name, names]).to.deep.equal([
    "SystemsManagerDenied",
    ["SystemsManagerDenied"],
  ]);
});
