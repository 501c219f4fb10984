import { expect } from "chai";
import fc from "fast-check";
import { compilePattern } from "../../../local/services/event-bridge/event-pattern.ts";

const event = {
  source: "aws.ssm",
  "detail-type": "EC2 Command Invocation Status-change Notification",
  resources: ["arn:aws:ec2:us-east-2:123456789012:instance/i-1", "arn:aws:ssm:us-east-2::document/Mine"],
  detail: {
    status: "Success",
    "document-name": "AWS-RunPatchBaseline",
    count: 3,
    done: true,
    nothing: null,
    empty: "",
    none: [],
    nested: { deep: [["x"], "y"] },
    findings: [{ id: "a", state: "NEW" }, { id: "b" }],
  },
};

const cases: { name: string; pattern: object; matches: boolean }[] = [
  { name: "exact strings", pattern: { source: ["aws.ssm"], detail: { status: ["Failed", "Success"] } }, matches: true },
  { name: "another string", pattern: { source: ["aws.ec2"] }, matches: false },
  { name: "strings are case sensitive", pattern: { source: ["AWS.SSM"] }, matches: false },
  { name: "all fields must match", pattern: { source: ["aws.ssm"], detail: { status: ["Failed"] } }, matches: false },
  { name: "a number", pattern: { detail: { count: [3] } }, matches: true },
  { name: "a number is no string", pattern: { detail: { count: ["3"] } }, matches: false },
  { name: "a boolean", pattern: { detail: { done: [true] } }, matches: true },
  { name: "null", pattern: { detail: { nothing: [null] } }, matches: true },
  { name: "null is not an absent field", pattern: { detail: { absent: [null] } }, matches: false },
  { name: "the empty string", pattern: { detail: { empty: [""] } }, matches: true },
  { name: "an absent object", pattern: { detail: { absent: { status: ["Success"] } } }, matches: false },
  { name: "prefix", pattern: { detail: { "document-name": [{ prefix: "AWS-Run" }] } }, matches: true },
  { name: "prefix not at the start", pattern: { detail: { "document-name": [{ prefix: "Run" }] } }, matches: false },
  { name: "prefix of a number", pattern: { detail: { count: [{ prefix: "3" }] } }, matches: false },
  { name: "suffix", pattern: { detail: { "document-name": [{ suffix: "Baseline" }] } }, matches: true },
  { name: "suffix not at the end", pattern: { detail: { "document-name": [{ suffix: "Patch" }] } }, matches: false },
  { name: "ignore case", pattern: { source: [{ "equals-ignore-case": "AWS.ssm" }] }, matches: true },
  { name: "ignore case, whole value", pattern: { source: [{ "equals-ignore-case": "AWS.s" }] }, matches: false },
  { name: "anything-but another", pattern: { detail: { status: [{ "anything-but": "Failed" }] } }, matches: true },
  { name: "anything-but it", pattern: { detail: { status: [{ "anything-but": "Success" }] } }, matches: false },
  {
    name: "anything-but a list",
    pattern: { detail: { status: [{ "anything-but": ["Success", "x"] }] } },
    matches: false,
  },
  { name: "anything-but numbers", pattern: { detail: { count: [{ "anything-but": [4, 5] }] } }, matches: true },
  { name: "anything-but, absent field", pattern: { detail: { absent: [{ "anything-but": "x" }] } }, matches: false },
  {
    name: "anything-but prefix",
    pattern: { detail: { status: [{ "anything-but": { prefix: "Succ" } }] } },
    matches: false,
  },
  {
    name: "anything-but suffix",
    pattern: { detail: { status: [{ "anything-but": { suffix: "ed" } }] } },
    matches: true,
  },
  { name: "exists", pattern: { detail: { status: [{ exists: true }] } }, matches: true },
  { name: "exists, absent", pattern: { detail: { absent: [{ exists: true }] } }, matches: false },
  { name: "exists tests leaves only", pattern: { detail: [{ exists: true }] }, matches: false },
  { name: "exists false", pattern: { detail: { absent: [{ exists: false }] } }, matches: true },
  { name: "exists false, present", pattern: { detail: { status: [{ exists: false }] } }, matches: false },
  { name: "exists false under an absent object", pattern: { no: { where: [{ exists: false }] } }, matches: true },
  { name: "exists false or a value", pattern: { source: [{ exists: false }, "aws.ssm"] }, matches: true },
  { name: "an empty array holds no leaf", pattern: { detail: { none: [{ exists: true }] } }, matches: false },
  { name: "any element of an array", pattern: { resources: [{ suffix: "/Mine" }] }, matches: true },
  { name: "no element of an array", pattern: { resources: [{ suffix: "/Yours" }] }, matches: false },
  { name: "arrays in arrays", pattern: { detail: { nested: { deep: ["x"] } } }, matches: true },
  { name: "objects in an array", pattern: { detail: { findings: { id: ["b"] } } }, matches: true },
  {
    name: "fields of different objects in an array",
    pattern: { detail: { findings: { id: ["b"], state: ["NEW"] } } },
    matches: false,
  },
  {
    name: "exists false tests all objects of an array",
    pattern: { detail: { findings: { state: [{ exists: false }] } } },
    matches: false,
  },
  { name: "$or, second", pattern: { $or: [{ source: ["x"] }, { detail: { count: [3] } }] }, matches: true },
  { name: "$or, none", pattern: { $or: [{ source: ["x"] }, { detail: { count: [4] } }] }, matches: false },
  {
    name: "$or and a field",
    pattern: { source: ["x"], $or: [{ detail: { count: [3] } }, { a: ["b"] }] },
    matches: false,
  },
  { name: "$or below the top", pattern: { detail: { $or: [{ count: [1] }, { status: ["Success"] }] } }, matches: true },
  { name: "a field of Object.prototype", pattern: { constructor: [{ exists: true }] }, matches: false },
];

const refused: { name: string; pattern: string | object; message: RegExp }[] = [
  { name: "numeric", pattern: { detail: { count: [{ numeric: [">", 1] }] } }, message: /"numeric" at "detail.count"/ },
  { name: "cidr", pattern: { ip: [{ cidr: "10.0.0.0/8" }] }, message: /"cidr"/ },
  { name: "wildcard", pattern: { source: [{ wildcard: "aws.*" }] }, message: /"wildcard"/ },
  { name: "an unknown anything-but", pattern: { a: [{ "anything-but": { wildcard: "x" } }] }, message: /"wildcard"/ },
  { name: "a nested prefix", pattern: { a: [{ prefix: { "equals-ignore-case": "x" } }] }, message: /a string/ },
  { name: "two operators in one object", pattern: { a: [{ prefix: "x", suffix: "y" }] }, message: /exactly one/ },
  { name: "mixed anything-but", pattern: { a: [{ "anything-but": ["x", 1] }] }, message: /strings only/ },
  { name: "an empty anything-but", pattern: { a: [{ "anything-but": [] }] }, message: /strings only/ },
  { name: "exists with a string", pattern: { a: [{ exists: "true" }] }, message: /true or false/ },
  { name: "a bare value", pattern: { source: "aws.ssm" }, message: /"source" is "aws.ssm"/ },
  { name: "an empty pattern", pattern: {}, message: /at the top/ },
  { name: "an empty list", pattern: { source: [] }, message: /at least one allowed value/ },
  { name: "a list in a list", pattern: { source: [["aws.ssm"]] }, message: /an operator/ },
  { name: "$or of one", pattern: { $or: [{ source: ["x"] }] }, message: /at least two/ },
  { name: "another dollar key", pattern: { $and: [{ source: ["x"] }] }, message: /"\$and"/ },
  { name: "no JSON", pattern: "{", message: /not JSON/ },
  { name: "a JSON array", pattern: "[]", message: /an object/ },
  { name: "a pattern over EventBridge's limit", pattern: { a: ["x".repeat(2050)] }, message: /2048/ },
];

describe("event patterns", () => {
  for (const { name, pattern, matches } of cases) {
    it(`${matches ? "match" : "do not match"}: ${name}`, () => {
      expect(compilePattern(pattern)(event)).to.equal(matches);
      expect(compilePattern(JSON.stringify(pattern))(event), "as JSON text").to.equal(matches);
    });
  }

  for (const { name, pattern, message } of refused) {
    it(`refuse ${name}`, () => {
      expect(() => compilePattern(pattern)).to.throw(message);
    });
  }

  it("do not find __proto__ if the event has none", () => {
    const matches = compilePattern('{"__proto__": {"polluted": ["yes"]}}');
    expect(matches({ a: 1 })).to.equal(false);
    expect(matches(JSON.parse('{"__proto__": {"polluted": "yes"}}') as object)).to.equal(true);
  });

  it("match any string literally, with no character special", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (wanted, actual) => {
        expect(compilePattern({ a: [wanted] })({ a: actual })).to.equal(wanted === actual);
        expect(compilePattern({ a: [{ prefix: wanted }] })({ a: wanted + actual })).to.equal(true);
        expect(compilePattern({ a: [{ suffix: wanted }] })({ a: actual + wanted })).to.equal(true);
        expect(compilePattern({ a: [{ "anything-but": wanted }] })({ a: actual })).to.equal(wanted !== actual);
      }),
    );
  });
});
