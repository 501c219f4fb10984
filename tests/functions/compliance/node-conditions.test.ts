import { expect } from "chai";
import { DEFAULT_POLICIES, namedTags, type Policies, type TagConditions } from "../../../contract/policies.ts";
import { meets, tagMatches, type NodeTags } from "../../../functions/compliance/node-conditions.ts";

const STATED = { owner: "Ann", reason: "replaced in June", until: "2026-07-01T00:00:00.000Z" };

function naming(...conditions: TagConditions[]): Policies {
  return { ...DEFAULT_POLICIES, exceptions: conditions.map((tags) => ({ ...STATED, nodes: { tags } })) };
}

const POLICIES = naming({ Env: ["test", "dev"] }, { Team: ["payments", ""], Env: ["test"] });

describe("tagMatches", () => {
  const order = namedTags(POLICIES).map((pair) => pair.join("="));
  const cases: [what: string, tags: NodeTags, named: string[]][] = [
    ["a node without tags", {}, []],
    ["tags that no policy names", { Name: "web", Cost: "1" }, []],
    ["a named key with another value", { Env: "prod" }, []],
    ["a named tag among others", { Name: "web", Env: "test" }, ["Env=test"]],
    ["several, in the order of the list", { Team: "payments", Env: "dev" }, ["Env=dev", "Team=payments"]],
    ["an empty value, if a policy names it", { Team: "" }, ["Team="]],
    ["keys are compared exactly", { env: "test", TEAM: "payments" }, []],
    ["values are compared exactly", { Env: "Test", Team: "payments " }, []],
    ["names of Object's own properties", Object.fromEntries([["__proto__", "test"]]), []],
  ];
  for (const [what, tags, named] of cases) {
    it(what, () => {
      const matches = tagMatches(POLICIES)(tags);
      expect(matches.map((index) => order[index])).to.have.members(named);
      expect(matches).to.deep.equal(matches.toSorted((a, b) => a - b));
    });
  }

  it("depends neither on the order of the policies nor on that of the tags", () => {
    const { exceptions } = POLICIES;
    const backwards = { ...POLICIES, exceptions: exceptions.toReversed() };
    const matches = tagMatches(backwards)({ Env: "test", Team: "payments" });
    expect(matches).to.deep.equal(tagMatches(POLICIES)({ Team: "payments", Env: "test" }));
  });

  it("finds a tag whose key is a name of Object's own properties", () => {
    const named = naming(JSON.parse('{"__proto__": ["x"]}') as TagConditions);
    expect(tagMatches(named)(Object.fromEntries([["__proto__", "x"]]))).to.deep.equal([0]);
  });
});

describe("conditions on tags", () => {
  const cases: [what: string, conditions: TagConditions, tags: NodeTags, met: boolean][] = [
    ["one of the values", { Env: ["test", "dev"] }, { Env: "dev" }, true],
    ["none of the values", { Env: ["test", "dev"] }, { Env: "prod" }, false],
    ["all keys", { Env: ["test"], Team: ["payments"] }, { Env: "test", Team: "payments" }, true],
    ["only some of the keys", { Env: ["test"], Team: ["payments"] }, { Env: "test" }, false],
    ["no key", {}, {}, true],
  ];
  for (const [what, tags, nodeTags, met] of cases) {
    it(`${what}: ${met ? "met" : "not met"}`, () => {
      const node = { nodeId: "i-0123456789abcdef0", tagMatches: tagMatches(POLICIES)(nodeTags) };
      expect(meets(POLICIES)({ tags }, node)).to.equal(met);
    });
  }
});
