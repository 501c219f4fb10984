import { DEFAULT_POLICIES } from "../../contract/policies.ts";
import { expect } from "chai";
import { run as gather } from "../../functions/gather.ts";
import { countingIn } from "../doubles/counters.ts";
import { nodeId, READ_AT, reference } from "../fixtures/node-fixtures.ts";
import { failure, state, world, type World } from "../doubles/patch-data.ts";

const ids = [1, 2, 3].map((index) => nodeId(index));

async function counted(fails: World["fails"] & object) {
  const names: string[] = [];
  const { data } = world({ states: ids.map((InstanceId) => state({ InstanceId })), fails });
  const logger = { info: () => undefined, warn: () => undefined };
  const ports = {
    data,
    now: () => new Date(READ_AT),
    logger,
    counter: countingIn(names),
    blindSpotDays: 30,
    policies: DEFAULT_POLICIES,
  };
  const references = ids.map((id) => reference({ nodeId: id }));
  const outcome: unknown = await gather({ references }, ports).catch((error: unknown) => error);
  return [outcome instanceof Error ? outcome.name : "read", names];
}

describe("gather: denied reads", () => {
  const denial = failure("AccessDeniedException", 400);
  const cases: [what: string, fails: World["fails"] & object, outcome: string, names: string[]][] = [
    ["of all nodes", () => denial, "SystemsManagerDenied", ["SystemsManagerDenied"]],
    [
      "of two nodes, which count once",
      (call, [id]) => (call.startsWith("items") && id !== ids[0] ? denial : undefined),
      "read",
      ["SystemsManagerDenied"],
    ],
    ["none", () => undefined, "read", []],
    ["a throttle is none", () => failure("ThrottlingException"), "SystemsManagerThrottled", []],
  ];
  for (const [what, fails, outcome, names] of cases) {
    it(what, async () => expect(await counted(fails)).to.deep.equal([outcome, names]));
  }
});
