import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../../command-line/input-error.ts";
import { loadFleet } from "../../../local/fleet/fleet-file.ts";

const NODE = "i-0123456789abcdef0";
const many = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`key-${at}`, ""]));

describe("the tags of a fleet", () => {
  let dir: string;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "fleet-"));
    await writeFile(join(dir, "describe-instance-information.json"), '{"InstanceInformationList":[]}');
    await writeFile(join(dir, "describe-instance-patch-states.json"), '{"InstancePatchStates":[]}');
  });
  after(() => rm(dir, { recursive: true }));

  async function tagsIn(text: string) {
    await writeFile(join(dir, "tags.json"), text);
    return (await loadFleet(dir)).tags;
  }

  it("are optional", async () => {
    await rm(join(dir, "tags.json"), { force: true });
    expect((await loadFleet(dir)).tags.size).to.equal(0);
  });

  it("may be of any node, and empty", async () => {
    const Tags = { Team: "payments", "aws:autoscaling:groupName": "" };
    const tags = await tagsIn(JSON.stringify({ [NODE]: Tags, "mi-0123456789abcdef0": {} }));
    expect([...tags]).to.deep.equal([[NODE, Tags]]);
  });

  it("stay out of prototypes", async () => {
    const tags = await tagsIn(`{"${NODE}":{"__proto__":"x","constructor":"y"}}`);
    expect(Object.getPrototypeOf(tags.get(NODE))).to.equal(Object.prototype);
    expect(tags.get(NODE)?.["constructor"]).to.equal("y");
  });

  for (const [what, content, message] of [
    ["a typo in an id", { "i-1": {} }, /the key "i-1" at \/i-1\. Allowed: a node id/],
    ["a list", [], /: a list of 0 at the top\. Allowed: an object from node id to tags$/],
    [
      "tags as the AWS CLI prints them",
      { [NODE]: [{ Key: "Team", Value: "payments" }] },
      /: a list of 1 at \/i-0123456789abcdef0\. Allowed: an object of at most 50 tags$/,
    ],
    [
      "a tag that is no text",
      { [NODE]: { Team: 7 } },
      /: 7 at .*\/Team\. Allowed: a tag value of at most 256 characters$/,
    ],
    ["a long value", { [NODE]: { Team: "x".repeat(257) } }, /Allowed: a tag value of at most 256 characters$/],
    [
      "a long key",
      { [NODE]: { ["\u001b".repeat(129)]: "" } },
      /: the key ".*Allowed: a tag key of 1 to 128 characters$/,
    ],
    ["51 tags", { [NODE]: many }, /at \/i-0123456789abcdef0\. Allowed: an object of at most 50 tags$/],
  ] as const) {
    it(`refuse ${what} in one line`, async () => {
      const error = await tagsIn(JSON.stringify(content)).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(InputError);
      expect((error as Error).message)
        .to.match(message)
        .and.not.match(/\p{Cc}/u);
    });
  }
});
