import { expect } from "chai";
import { findingView, type FindingView } from "../../../presentation/findings/finding-view.ts";
import type { FindingFilter } from "../../../local/console/api.ts";
import { Findings, passes, readQuery } from "../../../local/console/findings.ts";
import { pageOf } from "../../../local/console/paging.ts";
import { SecurityHub } from "../../../local/services/security-hub/security-hub.ts";

const ACCOUNT = "111122223333";
const product = `arn:aws:securityhub:eu-west-1:${ACCOUNT}:product/${ACCOUNT}/default`;

function asff(id: string, label: string, parts: object = {}): object {
  return {
    Id: id,
    ProductArn: product,
    ProductName: "Systems Manager Patch Manager",
    AwsAccountId: ACCOUNT,
    Severity: { Label: label },
    Resources: [{ Type: "AwsEc2Instance", Id: `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/i-${id}` }],
    UpdatedAt: "2026-11-01T00:00:00.000Z",
    ...parts,
  };
}

function viewOf(finding: object): FindingView {
  const view = findingView(finding);
  if (view === undefined) throw new Error("no finding");
  return view;
}

const is = (field: FindingFilter["field"], value: string): FindingFilter => ({ field, operator: "is", value });
const not = (field: FindingFilter["field"], value: string): FindingFilter => ({ field, operator: "is not", value });
const starts = (field: FindingFilter["field"], value: string): FindingFilter => ({
  field,
  operator: "starts with",
  value,
});

describe("filters of the console", () => {
  const view = viewOf(asff("0a", "HIGH"));
  const cases: [filters: FindingFilter[], expected: boolean][] = [
    [[], true],
    [[is("severity", "HIGH")], true],
    [[is("severity", "LOW")], false],
    [[is("severity", "LOW"), is("severity", "HIGH")], true],
    [[is("severity", "HIGH"), is("workflow", "RESOLVED")], false],
    [[not("severity", "HIGH")], false],
    [[not("severity", "LOW"), not("severity", "CRITICAL")], true],
    [[not("severity", "LOW"), is("severity", "CRITICAL")], false],
    [[starts("node", "i-0")], true],
    [[starts("node", "i-1"), starts("node", "i-0")], true],
    [[starts("node", "mi-")], false],
    [[is("account", ACCOUNT), is("record", "ACTIVE"), is("workflow", "NEW")], true],
    [[starts("product", "Systems Manager")], true],
    [[is("product", "systems manager patch manager")], false],
  ];
  for (const [filters, expected] of cases) {
    const words = filters.map(({ field, operator, value }) => `${field} ${operator} ${value}`).join(", ");
    it(`${expected ? "keep" : "leave out"}: ${words === "" ? "no filter" : words}`, () => {
      expect(passes(view, filters)).to.equal(expected);
    });
  }

  const wrong: [what: string, filters: string][] = [
    ["no JSON", "{"],
    ["an unknown field", JSON.stringify([{ field: "__proto__", operator: "is", value: "x" }])],
    ["an unknown operator", JSON.stringify([{ field: "node", operator: "contains", value: "x" }])],
    ["too many", JSON.stringify(Array.from({ length: 21 }, () => is("node", "x")))],
  ];
  for (const [what, filters] of wrong) {
    it(`refuse ${what}`, () => {
      expect(() => readQuery(filters)).to.throw();
    });
  }
});

describe("findings of the console", () => {
  const hub = new SecurityHub({
    account: ACCOUNT,
    region: "eu-west-1",
    now: () => new Date(),
    findings: [
      asff("b", "LOW"),
      asff("c", "CRITICAL"),
      asff("a", "LOW"),
      asff("d", "HIGH", { RecordState: "ARCHIVED" }),
    ],
  });
  const findings = new Findings(hub);
  const nodes = (order?: string, direction?: string) =>
    findings.page(readQuery(undefined, order, direction), "0").rows.map(({ view }) => view.nodeId);

  it("come worst first, then by node", () => {
    expect(nodes()).to.deep.equal(["i-c", "i-d", "i-a", "i-b"]);
  });

  it("are sorted in any requested order", () => {
    expect(nodes("node", "descending")).to.deep.equal(["i-d", "i-c", "i-b", "i-a"]);
  });

  it("are counted over all pages, after the filters", () => {
    const filters = JSON.stringify([is("record", "ACTIVE")]);
    const { bySeverity, total } = findings.page(readQuery(filters), "7");
    expect([bySeverity.CRITICAL, bySeverity.HIGH, bySeverity.LOW, total]).to.deep.equal([1, 0, 2, 3]);
  });

  it("are found by their key", () => {
    const [first] = findings.page(readQuery(undefined), "0").rows;
    expect(findings.find(first?.key ?? "")?.view.nodeId).to.equal("i-c");
    expect(findings.find("nobody")).to.equal(undefined);
  });
});

describe("pages of the console", () => {
  const rows = Array.from({ length: 120 }, (_, index) => index);
  const cases: [page: string | undefined, first: number, count: number][] = [
    [undefined, 0, 50],
    ["1", 50, 50],
    ["2", 100, 20],
    ["99", 100, 20],
    ["-1", 0, 50],
    ["x", 0, 50],
  ];
  for (const [page, first, count] of cases) {
    it(`shows ${count} rows from ${first} for page ${page}`, () => {
      const shown = pageOf(rows, page);
      expect([shown.rows[0], shown.rows.length, shown.total]).to.deep.equal([first, count, 120]);
    });
  }
});
