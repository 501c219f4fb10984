import { expect } from "chai";
import { finding, load, newHub, only } from "../../fixtures/security-hub-fixtures.ts";

const INSTANCE = "i-0123456789abcdef0";
const HYBRID = "mi-0123456789abcdef0";
const TEAM = { Team: "payments" };
const tags = new Map([
  [INSTANCE, TEAM],
  [HYBRID, { Team: "plant" }],
]);

const cases: readonly (readonly [what: string, id: string, tags: object | undefined])[] = [
  ["the ARN of an instance", `arn:aws:ec2:eu-west-1:123456789012:instance/${INSTANCE}`, TEAM],
  ["the ARN of a hybrid node", `arn:aws:ssm:eu-west-1:123456789012:managed-instance/${HYBRID}`, { Team: "plant" }],
  ["a bare id, as the native integration sends it", INSTANCE, undefined],
  ["the ARN of another Region", `arn:aws:ec2:us-east-1:123456789012:instance/${INSTANCE}`, undefined],
  ["the ARN of another account", `arn:aws:ec2:eu-west-1:210987654321:instance/${INSTANCE}`, undefined],
  ["the ARN of another partition", `arn:aws-cn:ec2:eu-west-1:123456789012:instance/${INSTANCE}`, undefined],
  ["the ARN of a node without tags", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1", undefined],
];

describe("Security Hub stand-in: tags of resources", () => {
  for (const [what, id, expected] of cases) {
    it(`${expected === undefined ? "adds none to" : "adds the node's to"} ${what}`, () => {
      const hub = newHub({ tags });
      load(hub, finding({ Resources: [{ Type: "Other", Id: id }] }));
      const resource = { Type: "Other", Id: id, ...(expected && { Tags: expected }) };
      expect(only(hub)["Resources"]).to.deep.equal([resource]);
    });
  }

  it("keeps the tags that a provider sends", () => {
    const hub = newHub({ tags });
    const [, [, id]] = cases as [(typeof cases)[0], (typeof cases)[0]];
    const resource = { Type: "Other", Id: id, Tags: { Team: "old" } };
    load(hub, finding({ Resources: [resource] }));
    expect(only(hub)["Resources"]).to.deep.equal([resource]);
  });
});
