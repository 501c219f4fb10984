import { expect } from "chai";
import { ServiceError } from "../../../local/gateway/stand-in.ts";
import type { SecurityHub } from "../../../local/services/security-hub/security-hub.ts";
import { ACCOUNT, PRODUCT, call, finding, load, newHub, only } from "../../fixtures/security-hub-fixtures.ts";
import type { Json } from "../../fixtures/security-hub-fixtures.ts";

const LATER = "2026-11-02T00:00:00.000Z";
const later = (parts: Json = {}) => finding({ UpdatedAt: LATER, ...parts });

function errorOf(action: () => unknown): { code: string; status: number; message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof ServiceError) return { code: error.code, status: error.status, message: error.message };
    throw error;
  }
  throw new Error("Expected a ServiceError, there was none");
}

const edit = (hub: SecurityHub, update: Json) =>
  call(hub, "BatchUpdateFindings", { FindingIdentifiers: [{ Id: finding()["Id"], ProductArn: PRODUCT }], ...update });

describe("Security Hub stand-in: import", () => {
  it("opens a finding and fills in what Security Hub adds", () => {
    const hub = newHub();
    expect(load(hub, finding())).to.deep.equal({ FailedCount: 0, SuccessCount: 1, FailedFindings: [] });
    expect(only(hub)).to.deep.equal({
      ...finding(),
      Severity: { Label: "HIGH", Normalized: 70 },
      Types: ["A/B/C"],
      ProductName: "Default",
      CompanyName: "Personal",
      ProductFields: {
        "aws/securityhub/FindingId": `${PRODUCT}/${String(finding()["Id"])}`,
        "aws/securityhub/ProductName": "Default",
        "aws/securityhub/CompanyName": "Personal",
      },
      Region: "eu-west-1",
      RecordState: "ACTIVE",
      Workflow: { Status: "NEW" },
      WorkflowState: "NEW",
      ProcessedAt: "2026-11-20T12:00:00.000Z",
    });
  });

  const severities: { sent: Json; label: string; normalized: number }[] = [
    { sent: { Label: "INFORMATIONAL" }, label: "INFORMATIONAL", normalized: 0 },
    { sent: { Label: "LOW" }, label: "LOW", normalized: 1 },
    { sent: { Label: "MEDIUM" }, label: "MEDIUM", normalized: 40 },
    { sent: { Label: "CRITICAL" }, label: "CRITICAL", normalized: 90 },
    { sent: { Normalized: 0 }, label: "INFORMATIONAL", normalized: 0 },
    { sent: { Normalized: 39 }, label: "LOW", normalized: 39 },
    { sent: { Normalized: 69 }, label: "MEDIUM", normalized: 69 },
    { sent: { Normalized: 89 }, label: "HIGH", normalized: 89 },
    { sent: { Normalized: 100 }, label: "CRITICAL", normalized: 100 },
    { sent: { Label: "LOW", Normalized: 95 }, label: "LOW", normalized: 1 },
  ];
  for (const { sent, label, normalized } of severities) {
    it(`fills severity ${JSON.stringify(sent)}`, () => {
      const hub = newHub();
      load(hub, finding({ Severity: sent, Types: ["X"], FindingProviderFields: undefined }));
      expect(only(hub)["Severity"]).to.deep.equal({ Label: label, Normalized: normalized });
      expect(only(hub)["FindingProviderFields"]).to.deep.equal({ Severity: { Label: label }, Types: ["X"] });
    });
  }

  for (const { name, UpdatedAt, title } of [
    { name: "older", UpdatedAt: "2026-10-31T23:59:59.999Z", title: "Noncompliant" },
    { name: "equal, with an offset", UpdatedAt: "2026-11-01T01:00:00.000+01:00", title: "Noncompliant" },
    { name: "one millisecond newer", UpdatedAt: "2026-11-01T00:00:00.001Z", title: "New" },
  ]) {
    it(`counts an update whose UpdatedAt is ${name} as success, with the title ${title}`, () => {
      const hub = newHub();
      load(hub, finding());
      expect(load(hub, finding({ UpdatedAt, Title: "New" }))["SuccessCount"]).to.equal(1);
      expect(only(hub)["Title"]).to.equal(title);
    });
  }

  it("increases its revision only with a change, and replaces the old object with a new one", () => {
    const hub = newHub();
    const steps: (() => unknown)[] = [
      () => load(hub, finding()),
      () => load(hub, finding()),
      () => hub.findings(),
      () => load(hub, later()),
      () => edit(hub, { Workflow: { Status: "NOTIFIED" } }),
    ];
    const revisions = steps.map((step) => (step(), hub.revision));
    expect(revisions).to.deep.equal([1, 1, 1, 2, 3]);
    const [before] = hub.held();
    edit(hub, { Workflow: { Status: "RESOLVED" } });
    expect(before?.["Workflow"]).to.deep.equal({ Status: "NOTIFIED" });
    expect(hub.held()).to.deep.equal(hub.findings());
  });

  it("replaces the whole finding, but keeps CreatedAt and the customer's fields", () => {
    const hub = newHub();
    load(
      hub,
      finding({ SourceUrl: "https://example.com/", UserDefinedFields: { team: "a" }, VerificationState: "UNKNOWN" }),
    );
    edit(hub, { Note: { Text: "ours", UpdatedBy: "me" }, Workflow: { Status: "SUPPRESSED" } });
    load(
      hub,
      later({
        CreatedAt: LATER,
        Workflow: { Status: "NEW" },
        Note: { Text: "theirs", UpdatedBy: "x", UpdatedAt: LATER },
        UserDefinedFields: { team: "b" },
        VerificationState: "TRUE_POSITIVE",
      }),
    );
    const stored = only(hub);
    expect(stored).to.not.have.property("SourceUrl");
    expect(stored["CreatedAt"]).to.equal(finding()["CreatedAt"]);
    expect(stored["UpdatedAt"]).to.equal(LATER);
    expect(stored["Note"]).to.deep.equal({ Text: "ours", UpdatedBy: "me", UpdatedAt: "2026-11-20T12:00:00.000Z" });
    expect(stored["UserDefinedFields"]).to.deep.equal({ team: "a" });
    expect(stored["VerificationState"]).to.equal("UNKNOWN");
    expect(stored["Workflow"]).to.deep.equal({ Status: "SUPPRESSED" });
  });

  it("ignores a new Note in an update", () => {
    const hub = newHub();
    load(hub, finding());
    load(hub, later({ Note: { Text: "theirs", UpdatedBy: "x", UpdatedAt: LATER } }));
    expect(only(hub)).to.not.have.property("Note");
  });

  it("does not touch top-level severity and types that a customer changed", () => {
    const hub = newHub();
    load(hub, finding());
    edit(hub, { Severity: { Label: "LOW" } });
    load(hub, later({ FindingProviderFields: { Severity: { Label: "CRITICAL", Original: "x" }, Types: ["D"] } }));
    expect(only(hub)["Severity"]).to.deep.equal({ Label: "LOW", Normalized: 1 });
    expect(only(hub)["Types"]).to.deep.equal(["D"]);
    expect(only(hub)["FindingProviderFields"]).to.deep.equal({
      Severity: { Label: "CRITICAL", Original: "x" },
      Types: ["D"],
    });
  });

  it("treats a top-level value of the initial findings as a person's edit if it differs from the provider's", () => {
    const initial = { ...finding(), Severity: { Label: "LOW", Normalized: 1 }, Types: ["A/B/C"] };
    const hub = newHub({ findings: [initial] });
    load(hub, later({ FindingProviderFields: { Severity: { Label: "MEDIUM" }, Types: ["D"] } }));
    expect(only(hub)["Severity"]).to.deep.equal({ Label: "LOW", Normalized: 1 });
    expect(only(hub)["Types"]).to.deep.equal(["D"]);
  });

  it("processes only the first of several findings with one Id, and the valid ones next to an invalid one", () => {
    const hub = newHub();
    const answer = load(
      hub,
      finding(),
      later({ Title: "second" }),
      finding({ Id: "bad", Title: "" }),
      finding({ Id: "good" }),
    );
    expect(answer["SuccessCount"]).to.equal(2);
    expect(answer["FailedCount"]).to.equal(1);
    expect(hub.findings().map((each) => ({ ...each } as Json)["Title"])).to.deep.equal([
      "Noncompliant",
      "Noncompliant",
    ]);
  });

  const refusals: { name: string; input: Json; code: string; status: number }[] = [
    { name: "no findings", input: { Findings: [] }, code: "InvalidInputException", status: 400 },
    {
      name: "101 findings",
      input: { Findings: Array.from({ length: 101 }, (_, index) => finding({ Id: `${index}` })) },
      code: "InvalidInputException",
      status: 400,
    },
    { name: "no list", input: { Findings: "x" }, code: "InvalidInputException", status: 400 },
    {
      name: "an unknown member",
      input: { Findings: [finding()], Force: true },
      code: "InvalidInputException",
      status: 400,
    },
    {
      name: "more than 6 MB",
      input: {
        Findings: Array.from({ length: 30 }, (_, index) =>
          finding({ Id: `${index}`, Network: { x: "é".repeat(110_000) } }),
        ),
      },
      code: "InvalidInputException",
      status: 400,
    },
    {
      name: "another product",
      input: {
        Findings: [finding(), finding({ ProductArn: "arn:aws:securityhub:eu-west-1::product/aws/ssm-patch-manager" })],
      },
      code: "InvalidInputException",
      status: 400,
    },
    {
      name: "another Region's product",
      input: { Findings: [finding({ ProductArn: PRODUCT.replace("eu-west-1", "us-east-1") })] },
      code: "InvalidInputException",
      status: 400,
    },
    {
      name: "another Region",
      input: { Findings: [finding({ Region: "us-east-1" })] },
      code: "InvalidInputException",
      status: 400,
    },
    {
      name: "another account",
      input: { Findings: [finding({ AwsAccountId: "210987654321" })] },
      code: "AccessDeniedException",
      status: 403,
    },
  ];
  for (const { name, input, code, status } of refusals) {
    it(`refuses the whole call for ${name}`, () => {
      const hub = newHub();
      expect(errorOf(() => call(hub, "BatchImportFindings", input))).to.include({ code, status });
      expect(hub.findings()).to.be.empty;
    });
  }

  it("refuses calls without Security Hub, for another account, and of unknown operations", () => {
    const off = newHub({ enabled: false });
    expect(errorOf(() => load(off, finding()))).to.include({ code: "InvalidAccessException", status: 401 });
    expect(errorOf(() => call(off, "DescribeHub", {}))).to.include({ code: "InvalidAccessException", status: 401 });
    expect(errorOf(() => call(newHub(), "DescribeHub", {}, "210987654321")).code).to.equal("AccessDeniedException");
    expect(errorOf(() => call(newHub(), "GetMembers", {})).code).to.equal("UnknownOperationException");
  });

  it("hands out copies, and takes copies", () => {
    const sent = finding();
    const hub = newHub();
    hub.call(
      "BatchImportFindings",
      { Findings: [sent] },
      { roleArn: "arn:aws:iam::1:role/x", account: ACCOUNT, region: "eu-west-1" },
    );
    sent["Title"] = "changed outside";
    Object.assign(hub.findings()[0] ?? {}, { Title: "changed outside" });
    expect(only(hub)["Title"]).to.equal("Noncompliant");
  });

  it("refuses initial findings without identity, or twice the same", () => {
    expect(() => newHub({ findings: [{ Id: "x" }] })).to.throw(/Initial finding \[0\]/);
    expect(() => newHub({ findings: [finding(), finding()] })).to.throw(/Initial finding \[1\] repeats/);
  });
});
