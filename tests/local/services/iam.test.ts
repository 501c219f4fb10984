import { expect } from "chai";
import fc from "fast-check";
import { isAllowed, matchesGlob, parsePolicy } from "../../../local/services/iam/iam.ts";
import type { AccessRequest } from "../../../local/services/iam/iam.ts";

const QUEUE = "arn:aws:sqs:eu-west-1:123456789012:work";
const ROLE = "arn:aws:iam::123456789012:role/publish";

const policy = (...statements: object[]) => parsePolicy({ Version: "2012-10-17", Statement: statements });
const allow = (more: object = {}) => ({ Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE, ...more });
const ask = (more: Partial<AccessRequest> = {}): AccessRequest => ({
  action: "sqs:SendMessage",
  resource: QUEUE,
  ...more,
});
const when = (operator: string, value: string | string[]) =>
  allow({ Condition: { [operator]: { "aws:SourceArn": value } } });
const from = (value: string) => ask({ context: { "aws:SourceArn": value } });
const RULE = "arn:aws:events:eu-west-1:123456789012:rule/patch";

const decisions: { name: string; statements: object[]; request: AccessRequest; allowed: boolean }[] = [
  { name: "the same action and resource", statements: [allow()], request: ask(), allowed: true },
  { name: "another action", statements: [allow()], request: ask({ action: "sqs:DeleteMessage" }), allowed: false },
  {
    name: "an action in another case",
    statements: [allow()],
    request: ask({ action: "SQS:sendmessage" }),
    allowed: true,
  },
  { name: "another resource", statements: [allow()], request: ask({ resource: `${QUEUE}2` }), allowed: false },
  { name: "no statement that fits", statements: [allow({ Action: ["a:B", "c:D"] })], request: ask(), allowed: false },
  {
    name: "one of several actions",
    statements: [allow({ Action: ["a:B", "sqs:SendMessage"] })],
    request: ask(),
    allowed: true,
  },
  {
    name: "a wildcard resource",
    statements: [allow({ Resource: "arn:aws:sqs:eu-west-1:*:wo?k" })],
    request: ask(),
    allowed: true,
  },
  { name: "resource *", statements: [allow({ Resource: "*" })], request: ask(), allowed: true },
  { name: "one of several resources", statements: [allow({ Resource: [RULE, QUEUE] })], request: ask(), allowed: true },
  { name: "a Deny beside an Allow", statements: [allow(), allow({ Effect: "Deny" })], request: ask(), allowed: false },
  {
    name: "a Deny for something else",
    statements: [allow(), allow({ Effect: "Deny", Resource: RULE })],
    request: ask(),
    allowed: true,
  },
  { name: "Null false, and the key is there", statements: [when("Null", "false")], request: from(RULE), allowed: true },
  { name: "Null false, and the key is not", statements: [when("Null", "false")], request: ask(), allowed: false },
  { name: "Null true, and the key is there", statements: [when("Null", "true")], request: from(RULE), allowed: false },
  { name: "Null true, and the key is not", statements: [when("Null", "true")], request: ask(), allowed: true },
  { name: "StringEquals", statements: [when("StringEquals", RULE)], request: from(RULE), allowed: true },
  {
    name: "StringEquals, no wildcard",
    statements: [when("StringEquals", "arn:*")],
    request: from(RULE),
    allowed: false,
  },
  {
    name: "one of several values",
    statements: [when("StringEquals", ["x", RULE])],
    request: from(RULE),
    allowed: true,
  },
  { name: "StringLike", statements: [when("StringLike", "arn:*:rule/p*h")], request: from(RULE), allowed: true },
  {
    name: "StringLike, other",
    statements: [when("StringLike", "arn:*:rule/p?h")],
    request: from(RULE),
    allowed: false,
  },
  {
    name: "ArnLike",
    statements: [when("ArnLike", "arn:aws:events:*:123456789012:rule/*")],
    request: from(RULE),
    allowed: true,
  },
  {
    name: "ArnEquals takes wildcards as well",
    statements: [when("ArnEquals", "arn:aws:events:*:*:rule/*")],
    request: from(RULE),
    allowed: true,
  },
  {
    name: "ArnLike over a colon",
    statements: [when("ArnLike", "arn:aws:ev*:rule/patch:x:y:z")],
    request: from(RULE),
    allowed: false,
  },
  {
    name: "ArnLike, no ARN in the request",
    statements: [when("ArnLike", "arn:*:*:*:*:*")],
    request: from("x"),
    allowed: false,
  },
  {
    name: "Bool",
    statements: [allow({ Condition: { Bool: { "aws:SecureTransport": "true" } } })],
    request: ask({ context: { "aws:SecureTransport": "true" } }),
    allowed: true,
  },
  {
    name: "Bool, other",
    statements: [allow({ Condition: { Bool: { "aws:SecureTransport": "true" } } })],
    request: ask({ context: { "aws:SecureTransport": "false" } }),
    allowed: false,
  },
  {
    name: "a key that the request does not have",
    statements: [when("StringEquals", RULE)],
    request: ask(),
    allowed: false,
  },
  {
    name: "a key in another case",
    statements: [when("StringEquals", RULE)],
    request: ask({ context: { "AWS:sourcearn": RULE } }),
    allowed: true,
  },
  {
    name: "two conditions, one false",
    statements: [allow({ Condition: { StringEquals: { a: "1", b: "2" } } })],
    request: ask({ context: { a: "1", b: "3" } }),
    allowed: false,
  },
  {
    name: "a Deny whose condition is false",
    statements: [allow(), allow({ Effect: "Deny", Condition: { StringEquals: { a: "1" } } })],
    request: ask(),
    allowed: true,
  },
  {
    name: "a service principal",
    statements: [allow({ Principal: { Service: "events.amazonaws.com" } })],
    request: ask({ principal: { Service: "events.amazonaws.com" } }),
    allowed: true,
  },
  {
    name: "another service principal",
    statements: [allow({ Principal: { Service: ["a.amazonaws.com", "b.amazonaws.com"] } })],
    request: ask({ principal: { Service: "events.amazonaws.com" } }),
    allowed: false,
  },
  {
    name: "a role principal",
    statements: [allow({ Principal: { AWS: ROLE } })],
    request: ask({ principal: { AWS: ROLE } }),
    allowed: true,
  },
  {
    name: "an account principal",
    statements: [allow({ Principal: { AWS: "123456789012" } })],
    request: ask({ principal: { AWS: ROLE } }),
    allowed: true,
  },
  {
    name: "an account's root principal",
    statements: [allow({ Principal: { AWS: "arn:aws:iam::123456789012:root" } })],
    request: ask({ principal: { AWS: ROLE } }),
    allowed: true,
  },
  {
    name: "another account's root principal",
    statements: [allow({ Principal: { AWS: "arn:aws:iam::210987654321:root" } })],
    request: ask({ principal: { AWS: ROLE } }),
    allowed: false,
  },
  {
    name: "a principal, and none in the request",
    statements: [allow({ Principal: { AWS: ROLE } })],
    request: ask(),
    allowed: false,
  },
  {
    name: "somebody named, and no principal",
    statements: [allow()],
    request: ask({ principal: { AWS: ROLE } }),
    allowed: false,
  },
  {
    name: "a trust policy",
    statements: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
    request: { action: "sts:AssumeRole", resource: ROLE, principal: { Service: "lambda.amazonaws.com" } },
    allowed: true,
  },
];

describe("IAM evaluation", () => {
  for (const { name, statements, request, allowed } of decisions) {
    it(`${allowed ? "allows" : "does not allow"}: ${name}`, () => {
      const decision = isAllowed([policy(...statements)], request);
      expect(decision.allowed, decision.reason).to.equal(allowed);
    });
  }

  it("allows nothing without a policy, and lets a Deny of one policy win over the Allow of another", () => {
    expect(isAllowed([], ask()).allowed).to.equal(false);
    expect(isAllowed([policy(allow()), policy(allow({ Effect: "Deny" }))], ask()).allowed).to.equal(false);
  });

  it("names the statement that decided, or the nearest one", () => {
    expect(isAllowed([policy(allow({ Sid: "Park" }))], ask()).reason).to.include("allowed by statement Park");
    expect(isAllowed([policy(allow({ Sid: "Park" }))], ask({ resource: RULE })).reason).to.include(
      "Park allows the action",
    );
    expect(isAllowed([policy(allow())], ask({ action: "a:B" })).reason).to.include("no statement");
  });

  it("globs like a regular expression would, and stays fast on hostile patterns", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 12 });
    fc.assert(
      fc.property(letters, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 }), (pattern, text) => {
        const expected = new RegExp(`^${pattern.replaceAll(/\*+/g, ".*").replaceAll("?", ".")}$`).test(text);
        expect(matchesGlob(pattern, text)).to.equal(expected);
      }),
    );
    expect(matchesGlob(`${"*a".repeat(1000)}b`, "a".repeat(2000))).to.equal(false);
  });
});
