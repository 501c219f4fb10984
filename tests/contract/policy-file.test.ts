import { expect } from "chai";
import { DEFAULT_POLICIES, namedTags, type Policies } from "../../contract/policies.ts";
import { parsePolicies } from "../../contract/policy-file.ts";

const EXCEPTION = { owner: "Ann", reason: "no maintenance before June", until: "2027-01-01T00:00:00.000Z" };
const FULL: Policies = {
  severityRules: [{ classification: ["Security"], tags: { Env: ["prod"] }, severity: "CRITICAL" }],
  patchWithinDays: { CRITICAL: 7, LOW: 3650 },
  deadlineRules: [
    {
      nodes: { ids: ["i-0123456789abcdef0"], tags: { Team: ["a", "b"] }, patchGroups: ["db"], platforms: ["Ubuntu"] },
      days: { HIGH: 1, LOW: null },
    },
  ],
  overdueRaisesSeverity: true,
  exceptions: [
    { ...EXCEPTION, patches: { ids: ["KB1"], cves: ["CVE-2026-1"], names: ["kernel*"] }, ticket: "OPS-1" },
    { ...EXCEPTION, nodes: { tags: { Env: ["test"] } } },
  ],
};
const tagRules = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ tags: { [`key${index}`]: ["x"] }, severity: "LOW" }));

const parse = (parts: object) => parsePolicies(JSON.stringify({ ...FULL, ...parts }));
const exception = (parts: object) => ({ exceptions: [{ ...EXCEPTION, ...parts }] });

describe("the file of policies", () => {
  it("is read as it was written", () => {
    expect(parse({})).to.deep.equal(FULL);
    expect(parsePolicies(JSON.stringify(DEFAULT_POLICIES))).to.deep.equal(DEFAULT_POLICIES);
  });

  for (const [what, parts, message] of [
    ["another field", { more: 1 }, /^more must be absent: severityRules, /],
    ["a missing field", { exceptions: undefined }, /^the top level must be an object with severityRules, /],
    ["rules that are no list", { severityRules: {} }, /^severityRules must be a list of at most 200 severity rules$/],
    ["a rule that is null", { severityRules: [null] }, /^severityRules\.0 must be an object with severity$/],
    [
      "no such severity",
      { severityRules: [{ severity: "SEVERE" }] },
      /^severityRules\.0\.severity must be one of CRIT/,
    ],
    ["a word for a list", { severityRules: [{ severity: "LOW", platform: "x" }] }, /\.platform must be a list of/],
    ["an empty word", { severityRules: [{ severity: "LOW", platform: [""] }] }, /platform\.0 must be text of 1 to 256/],
    ["another condition", { severityRules: [{ severity: "LOW", vendor: ["x"] }] }, /^severityRules\.0\.vendor must be/],
    [
      "no days",
      { patchWithinDays: { LOW: 0 } },
      /^patchWithinDays\.LOW must be a whole number of days from 1 to 3650$/,
    ],
    ["too many days", { patchWithinDays: { LOW: 3651 } }, /^patchWithinDays\.LOW must be/],
    ["general days of null", { patchWithinDays: { LOW: null } }, /^patchWithinDays\.LOW must be/],
    ["days of another label", { patchWithinDays: { SEVERE: 1 } }, /^patchWithinDays\.SEVERE must be absent/],
    ["days as text", { deadlineRules: [{ nodes: {}, days: { LOW: "1" } }] }, /^deadlineRules\.0\.days\.LOW must be/],
    ["too many deadline rules", { deadlineRules: Array(51).fill({}) }, /^deadlineRules must be a list of at most 50/],
    ["tags that are a list", { deadlineRules: [{ nodes: { tags: [] }, days: {} }] }, /nodes\.tags must be a mapping/],
    ["a switch that is text", { overdueRaisesSeverity: "true" }, /^overdueRaisesSeverity must be true or false$/],
    ["too many exceptions", { exceptions: Array(501).fill(EXCEPTION) }, /^exceptions must be a list of at most 500/],
    ["no owner", exception({ owner: undefined }), /^exceptions\.0 must be an object with owner, reason, until$/],
    [
      "an end that is no time",
      exception({ until: "June" }),
      /^exceptions\.0\.until must be a time in ISO 8601, in UTC$/,
    ],
    ["an end without a zone", exception({ until: "2027-01-01T00:00:00" }), /^exceptions\.0\.until must be/],
    ["an end in month 13", exception({ until: "2027-13-01T00:00:00Z" }), /^exceptions\.0\.until must be/],
    [
      "11 tag keys",
      { severityRules: tagRules(11) },
      /^the top level must be policies with at most 10 different tag keys$/,
    ],
  ] as const) {
    it(`is refused with ${what}`, () => {
      expect(() => parse(parts)).to.throw(message);
    });
  }

  for (const [what, text, message] of [
    ["cut off", "{", /^the file must be JSON$/],
    ["a list", "[]", /^the top level must be an object with/],
    ["too large", " ".repeat(200_001), /^the file must be at most 200000 bytes$/],
    ["a prototype", `{"__proto__": {}, ${JSON.stringify(FULL).slice(1)}`, /^__proto__ must be absent/],
    ["a line break in a key", `{"a\\nb": {}, ${JSON.stringify(FULL).slice(1)}`, /^a\\nb must be absent/],
  ] as const) {
    it(`is refused if it is ${what}`, () => {
      expect(() => parsePolicies(text))
        .to.throw(message)
        .with.property("message")
        .that.does.not.include("\n");
    });
  }
});

describe("the tags that policies name", () => {
  it("are listed once each, in a fixed order", () => {
    expect(namedTags(FULL)).to.deep.equal([
      ["Env", "prod"],
      ["Env", "test"],
      ["Team", "a"],
      ["Team", "b"],
    ]);
    expect(namedTags(DEFAULT_POLICIES)).to.deep.equal([]);
  });
});
