import { expect } from "chai";
import { ServiceError } from "../../../local/gateway/stand-in.ts";
import type { SecurityHub } from "../../../local/services/security-hub/security-hub.ts";
import { PRODUCT, call, finding, load, newHub, only } from "../../fixtures/security-hub-fixtures.ts";
import type { Json } from "../../fixtures/security-hub-fixtures.ts";

const FOREIGN = "arn:aws:securityhub:us-east-2::product/aws/ssm-patch-manager";
const initial = [
  finding({ Id: "a", UpdatedAt: "2026-11-01T00:00:00Z", Types: ["A"], Severity: { Label: "HIGH" } }),
  finding({
    Id: "b",
    UpdatedAt: "2026-11-10T00:00:00Z",
    RecordState: "ARCHIVED",
    ProductFields: { doc: "X", run: "1" },
  }),
  finding({
    Id: "bb",
    UpdatedAt: "2026-11-19T00:00:00Z",
    Workflow: { Status: "SUPPRESSED" },
    ProductFields: { doc: "Y" },
  }),
  finding({
    Id: "foreign",
    ProductArn: FOREIGN,
    AwsAccountId: "210987654321",
    Compliance: { Status: "FAILED" },
    Resources: [
      { Type: "AwsAccount", Id: "1" },
      { Type: "Other", Id: "2", Tags: { Team: "payments", Empty: "" } },
    ],
    ProductName: "Systems Manager Patch Manager",
  }),
];
const is = (Value: string, Comparison = "EQUALS") => ({ Value, Comparison });
const isKey = (Key: string, Value: string, Comparison = "EQUALS") => ({ Key, Value, Comparison });

const get = (hub: SecurityHub, input: Json) => call(hub, "GetFindings", input);
const idsOf = (answer: Json) => (answer["Findings"] as Json[]).map((each) => each["Id"]);

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ServiceError) return error.code;
    throw error;
  }
  return "none";
}

const queries: { filters: Json; ids: string[] }[] = [
  { filters: {}, ids: ["a", "b", "bb", "foreign"] },
  { filters: { Id: [is("a")] }, ids: ["a"] },
  { filters: { Id: [is("a"), is("foreign")] }, ids: ["a", "foreign"] },
  { filters: { Id: [is("b", "PREFIX")] }, ids: ["b", "bb"] },
  { filters: { Id: [is("a", "NOT_EQUALS"), is("b", "NOT_EQUALS")] }, ids: ["bb", "foreign"] },
  { filters: { Id: [is("b", "PREFIX_NOT_EQUALS"), is("f", "PREFIX_NOT_EQUALS")] }, ids: ["a"] },
  { filters: { Id: [is("b", "PREFIX"), is("bb", "NOT_EQUALS")] }, ids: ["b"] },
  { filters: { ProductArn: [is(PRODUCT)], RecordState: [is("ACTIVE")] }, ids: ["a", "bb"] },
  { filters: { GeneratorId: [is("patches")], AwsAccountId: [is("210987654321")] }, ids: ["foreign"] },
  { filters: { WorkflowStatus: [is("SUPPRESSED")] }, ids: ["bb"] },
  { filters: { ComplianceStatus: [is("FAILED")] }, ids: ["foreign"] },
  { filters: { ComplianceStatus: [is("FAILED", "NOT_EQUALS")] }, ids: ["a", "b", "bb"] },
  { filters: { SeverityLabel: [is("HIGH")] }, ids: ["a"] },
  { filters: { Type: [is("A", "PREFIX")] }, ids: ["a"] },
  { filters: { Title: [is("noncompliant")] }, ids: [] },
  { filters: { ProductName: [is("Systems Manager", "PREFIX")] }, ids: ["foreign"] },
  { filters: { ResourceId: [is("2")] }, ids: ["foreign"] },
  { filters: { ResourceType: [is("Other", "NOT_EQUALS")] }, ids: ["a", "b", "bb"] },
  { filters: { ProductFields: [isKey("doc", "X"), isKey("doc", "Y")] }, ids: ["b", "bb"] },
  { filters: { ProductFields: [isKey("doc", "Y"), isKey("run", "1")] }, ids: ["b", "bb"] },
  { filters: { ProductFields: [isKey("doc", "X", "NOT_EQUALS")] }, ids: ["a", "bb", "foreign"] },
  { filters: { ProductFields: [isKey("__proto__", "X")] }, ids: [] },
  { filters: { ResourceTags: [isKey("Team", "payments")] }, ids: ["foreign"] },
  { filters: { ResourceTags: [isKey("team", "payments")] }, ids: [] },
  { filters: { ResourceTags: [isKey("Team", "payments", "NOT_EQUALS")] }, ids: ["a", "b", "bb"] },
  { filters: { UpdatedAt: [{ Start: "2026-11-02T00:00:00Z", End: "2026-11-10T00:00:00Z" }] }, ids: ["b"] },
  { filters: { UpdatedAt: [{ Start: "2026-11-10T00:00:00Z" }] }, ids: ["b", "bb"] },
  { filters: { UpdatedAt: [{ DateRange: { Value: 2, Unit: "DAYS" } }] }, ids: ["bb"] },
];

const refused: { name: string; input: Json }[] = [
  { name: "an unknown filter", input: { Filters: { Identifier: [is("a")] } } },
  { name: "a filter named as a prototype's member", input: { Filters: { constructor: [is("a")] } } },
  { name: "an unknown comparison", input: { Filters: { Id: [is("a", "LIKE")] } } },
  { name: "CONTAINS, which is for automation rules", input: { Filters: { Title: [is("a", "CONTAINS")] } } },
  { name: "no comparison", input: { Filters: { Id: [{ Value: "a" }] } } },
  { name: "a blank value", input: { Filters: { Id: [is(" ")] } } },
  { name: "EQUALS beside NOT_EQUALS", input: { Filters: { Id: [is("a"), is("b", "NOT_EQUALS")] } } },
  { name: "21 values", input: { Filters: { Id: Array.from({ length: 21 }, (_, index) => is(`${index}`)) } } },
  { name: "an empty list", input: { Filters: { Id: [] } } },
  { name: "a map filter without key", input: { Filters: { ProductFields: [is("a")] } } },
  { name: "a date that is none", input: { Filters: { UpdatedAt: [{ Start: "yesterday" }] } } },
  { name: "an empty date filter", input: { Filters: { UpdatedAt: [{}] } } },
  { name: "MaxResults 0", input: { MaxResults: 0 } },
  { name: "MaxResults 101", input: { MaxResults: 101 } },
  { name: "a garbled token", input: { NextToken: "xyz" } },
  { name: "an unknown member", input: { Filter: {} } },
];

describe("Security Hub stand-in: GetFindings", () => {
  for (const { filters, ids } of queries) {
    it(`finds [${ids.join(", ")}] for ${JSON.stringify(filters)}`, () => {
      expect(idsOf(get(newHub({ findings: initial }), { Filters: filters }))).to.deep.equal(ids);
    });
  }

  for (const { name, input } of refused) {
    it(`refuses ${name}`, () => {
      expect(codeOf(() => get(newHub({ findings: initial }), input))).to.equal("InvalidInputException");
    });
  }

  it("refuses 11 attributes, and takes 10", () => {
    const names = ["Id", "ProductArn", "GeneratorId", "AwsAccountId", "Region", "Title", "ResourceId", "ResourceType"];
    const more = [...names, "RecordState", "WorkflowStatus", "SeverityLabel"];
    const filters = (count: number) => Object.fromEntries(more.slice(0, count).map((name) => [name, [is("x")]]));
    expect(idsOf(get(newHub(), { Filters: filters(10) }))).to.deep.equal([]);
    expect(codeOf(() => get(newHub(), { Filters: filters(11) }))).to.equal("InvalidInputException");
  });

  it("refuses to sort", () => {
    expect(() => get(newHub(), { SortCriteria: [] })).to.throw(/SortCriteria is not supported/);
  });

  it("reads all pages once, and accepts a token only for its own query", () => {
    const hub = newHub({ findings: Array.from({ length: 25 }, (_, index) => finding({ Id: `n${index}` })) });
    const first = get(hub, { Filters: { Title: [is("Noncompliant")] } });
    expect(idsOf(first)).to.have.length(10);
    const second = get(hub, {
      Filters: { Title: [is("Noncompliant")] },
      MaxResults: 14,
      NextToken: first["NextToken"],
    });
    const third = get(hub, { Filters: { Title: [is("Noncompliant")] }, NextToken: second["NextToken"] });
    expect(new Set([...idsOf(first), ...idsOf(second), ...idsOf(third)]).size).to.equal(25);
    expect(idsOf(third)).to.have.length(1);
    expect(third).to.not.have.property("NextToken");
    expect(codeOf(() => get(hub, { NextToken: first["NextToken"] }))).to.equal("InvalidInputException");
  });

  it("gives no token when the rest does not match", () => {
    const answer = get(newHub({ findings: initial }), { Filters: { Id: [is("a")] }, MaxResults: 1 });
    expect(answer).to.not.have.property("NextToken");
  });
});

describe("Security Hub stand-in: BatchUpdateFindings and DescribeHub", () => {
  const id = { Id: String(finding()["Id"]), ProductArn: PRODUCT };
  const update = (hub: SecurityHub, input: Json) =>
    call(hub, "BatchUpdateFindings", { FindingIdentifiers: [id], ...input });

  it("changes what belongs to the customer, and not UpdatedAt", () => {
    const hub = newHub();
    load(hub, finding({ FindingProviderFields: { Severity: { Label: "HIGH", Original: "why" }, Types: ["A"] } }));
    const answer = update(hub, {
      Note: { Text: "x", UpdatedBy: "me" },
      Severity: { Normalized: 50 },
      Types: ["Z"],
      UserDefinedFields: { team: "a" },
      VerificationState: "BENIGN_POSITIVE",
      Workflow: { Status: "RESOLVED" },
      Confidence: 5,
      Criticality: 6,
      RelatedFindings: [id],
    });
    expect(answer).to.deep.equal({ ProcessedFindings: [id], UnprocessedFindings: [] });
    const stored = only(hub);
    expect(stored["UpdatedAt"]).to.equal(finding()["UpdatedAt"]);
    expect(stored["Note"]).to.deep.equal({ Text: "x", UpdatedBy: "me", UpdatedAt: "2026-11-20T12:00:00.000Z" });
    expect(stored["Severity"]).to.deep.equal({ Original: "why", Label: "MEDIUM", Normalized: 50 });
    expect(stored["Workflow"]).to.deep.equal({ Status: "RESOLVED" });
    expect(stored).to.include({ VerificationState: "BENIGN_POSITIVE", Confidence: 5, Criticality: 6 });
    expect(stored["FindingProviderFields"]).to.deep.include({ Types: ["A"] });
  });

  it("names the findings that it could not update", () => {
    const hub = newHub();
    load(hub, finding());
    const absent = { Id: "absent", ProductArn: PRODUCT };
    const answer = update(hub, { FindingIdentifiers: [id, absent, id], Workflow: { Status: "NOTIFIED" } });
    expect(answer["ProcessedFindings"]).to.deep.equal([id]);
    const unprocessed = (answer["UnprocessedFindings"] as Json[]).map((each) => [
      each["FindingIdentifier"],
      each["ErrorCode"],
    ]);
    expect(unprocessed).to.deep.equal([
      [absent, "FindingNotFound"],
      [id, "DuplicatedFindingIdentifier"],
    ]);
  });

  for (const input of [
    { FindingIdentifiers: [] },
    { FindingIdentifiers: Array.from({ length: 101 }, (_, index) => ({ Id: `${index}`, ProductArn: PRODUCT })) },
    { FindingIdentifiers: [{ Id: "x" }] },
    { Title: "x" },
    { RecordState: "ARCHIVED" },
    { Workflow: { Status: "CLOSED" } },
    { Note: { Text: "x" } },
    { Severity: {} },
  ]) {
    it(`refuses ${JSON.stringify(input).slice(0, 60)}`, () => {
      const hub = newHub({ findings: [finding()] });
      expect(codeOf(() => update(hub, input))).to.equal("InvalidInputException");
    });
  }

  it("does not let an edit pass the size limit", () => {
    const hub = newHub();
    load(hub, finding({ Network: { x: "x".repeat(239_000) } }));
    const [unprocessed] = update(hub, { Note: { Text: "x".repeat(512), UpdatedBy: "me" } })[
      "UnprocessedFindings"
    ] as Json[];
    expect(unprocessed?.["ErrorCode"]).to.equal("FindingSizeExceeded");
  });

  it("describes the hub", () => {
    const hub = newHub({ partition: "aws-cn" });
    expect(call(hub, "DescribeHub", {})).to.deep.equal({
      HubArn: "arn:aws-cn:securityhub:eu-west-1:123456789012:hub/default",
      SubscribedAt: "2026-11-20T12:00:00.000Z",
      AutoEnableControls: true,
      ControlFindingGenerator: "SECURITY_CONTROL",
    });
    expect(codeOf(() => call(hub, "DescribeHub", { HubArn: "arn:x" }))).to.equal("ResourceNotFoundException");
  });
});
