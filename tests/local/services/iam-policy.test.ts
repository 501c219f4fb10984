import { expect } from "chai";
import { parsePolicy } from "../../../local/services/iam/iam.ts";

const QUEUE = "arn:aws:sqs:eu-west-1:123456789012:work";
const ROLE = "arn:aws:iam::123456789012:role/publish";

const policy = (...statements: object[]) => parsePolicy({ Version: "2012-10-17", Statement: statements });
const allow = (more: object = {}) => ({ Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE, ...more });

const refused: { name: string; statement: object; message: RegExp }[] = [
  { name: "NotAction", statement: { Effect: "Allow", NotAction: "a:B", Resource: "*" }, message: /NotAction/ },
  { name: "NotResource", statement: { Effect: "Allow", Action: "a:B", NotResource: "*" }, message: /NotResource/ },
  { name: "NotPrincipal", statement: allow({ NotPrincipal: { AWS: ROLE } }), message: /NotPrincipal/ },
  { name: "a wildcard action", statement: allow({ Action: "sqs:*" }), message: /wildcard/ },
  { name: "a wildcard in an action", statement: allow({ Action: "sqs:Send?essage" }), message: /wildcard/ },
  { name: "an action without a service", statement: allow({ Action: "SendMessage" }), message: /service:Action/ },
  { name: "no action", statement: { Effect: "Allow", Resource: "*" }, message: /Action is missing/ },
  { name: "no resource", statement: { Effect: "Allow", Action: "a:B" }, message: /Resource is missing/ },
  { name: "a resource that is no ARN", statement: allow({ Resource: "work*" }), message: /not an ARN/ },
  {
    name: "a wildcard service in a resource",
    statement: allow({ Resource: "arn:aws:s*:eu-west-1:1:work" }),
    message: /not an ARN/,
  },
  {
    name: "a policy variable",
    statement: allow({ Resource: "arn:aws:sqs:eu-west-1:1:${aws:username}" }),
    message: /policy variable/,
  },
  { name: "another effect", statement: allow({ Effect: "allow" }), message: /Effect is "allow"/ },
  {
    name: "ForAllValues",
    statement: allow({ Condition: { "ForAllValues:StringEquals": { a: "b" } } }),
    message: /ForAllValues:StringEquals/,
  },
  {
    name: "IfExists",
    statement: allow({ Condition: { StringEqualsIfExists: { a: "b" } } }),
    message: /StringEqualsIfExists/,
  },
  {
    name: "an ARN condition without ARN",
    statement: allow({ Condition: { ArnLike: { a: "*" } } }),
    message: /not an ARN/,
  },
  { name: "a Bool that is none", statement: allow({ Condition: { Bool: { a: "yes" } } }), message: /"yes"/ },
  {
    name: "a number as a condition's value",
    statement: allow({ Condition: { StringEquals: { a: 1 } } }),
    message: /array of strings/,
  },
  { name: "everybody as principal of an Allow", statement: allow({ Principal: "*" }), message: /an object/ },
  { name: "every account as principal", statement: allow({ Principal: { AWS: "*" } }), message: /wildcard/ },
  { name: "a federated principal", statement: allow({ Principal: { Federated: "x" } }), message: /"Federated"/ },
];

describe("IAM policies", () => {
  for (const { name, statement, message } of refused) {
    it(`refuses ${name}`, () => {
      expect(() => policy(statement)).to.throw(message);
    });
  }

  it("refuses other versions, an empty policy and unreadable text", () => {
    expect(() => parsePolicy({ Version: "2008-10-17", Statement: [allow()] })).to.throw(/2012-10-17/);
    expect(() => parsePolicy({ Version: "2012-10-17", Statement: [] })).to.throw(/at least one statement/);
    expect(() => parsePolicy({ Version: "2012-10-17", Statement: allow() })).to.throw(/an array/);
    expect(() => parsePolicy("{")).to.throw(/not JSON/);
  });
});
