import { expect } from "chai";
import { findingView, type FindingView } from "../../presentation/findings/finding-view.ts";
import { MAX_FILTER_VALUE, type FindingFilter } from "../../console/api.ts";
import { passes } from "../../console/finding-filters.ts";
import { Findings, readQuery } from "../../console/findings.ts";
import { pageOf } from "../../console/paging.ts";
import { SecurityHub } from "../../local/services/security-hub/security-hub.ts";
import { DUE_FINDINGS, dueFinding } from "../fixtures/due-findings.ts";

const ACCOUNT = "111122223333";
const NOW = new Date("2026-11-20T12:00:00Z");
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
    [[is("owner", "")], true],
    [[not("owner", "")], false],
    [[is("owner", "payments")], false],
    [[is("due", "overdue"), is("due", "")], true],
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
  const findings = new Findings(() => ({ revision: hub.revision, findings: hub.held() }));
  const nodes = (order?: string, direction?: string) =>
    findings.page(readQuery(undefined, order, direction), "0", NOW).rows.map(({ view }) => view.nodeId);

  it("come worst first, then by node", () => {
    expect(nodes()).to.deep.equal(["i-c", "i-d", "i-a", "i-b"]);
  });

  it("are sorted in any requested order", () => {
    expect(nodes("node", "descending")).to.deep.equal(["i-d", "i-c", "i-b", "i-a"]);
  });

  it("are counted over all pages, after the filters", () => {
    const filters = JSON.stringify([is("record", "ACTIVE")]);
    const { bySeverity, total } = findings.page(readQuery(filters), "7", NOW);
    expect([bySeverity.CRITICAL, bySeverity.HIGH, bySeverity.LOW, total]).to.deep.equal([1, 0, 2, 3]);
  });

  it("are found by their key", () => {
    const [first] = findings.page(readQuery(undefined), "0", NOW).rows;
    expect(findings.find(first?.key ?? "")?.view.nodeId).to.equal("i-c");
    expect(findings.find("nobody")).to.equal(undefined);
  });
});

describe("owners and deadlines in the console", () => {
  const all = [
    ...DUE_FINDINGS,
    dueFinding(5, { tags: { Team: "x".repeat(MAX_FILTER_VALUE + 1) }, fields: { Due: "soon" } }),
  ];
  const findings = new Findings(() => ({ revision: 1, findings: all }), "Team");
  const page = (filters: readonly FindingFilter[] = [], order?: string, direction?: string) =>
    findings.page(readQuery(JSON.stringify(filters), order, direction), "0", NOW);
  const nodes = (...query: Parameters<typeof page>) =>
    page(...query)
      .rows.map(({ view }) => view.nodeId.at(-1))
      .join("");
  const owners = (filters?: readonly FindingFilter[]) => {
    const { byOwner, moreOwners } = page(filters);
    return [...byOwner.map(({ owner, findings: count }) => `${owner.slice(0, 8)} ${count}`), moreOwners];
  };

  for (const [order, up, down] of [
    ["owner", "21453", "54123"],
    ["age", "42513", "31524"],
    ["due", "12354", "32145"],
  ] as const) {
    it(`are sorted by ${order}, with findings that lack it last`, () => {
      expect([nodes([], order), nodes([], order, "descending")]).to.deep.equal([up, down]);
    });
  }

  it("have the age in days at the time of the run", () => {
    const days = page([], "age", "descending").rows.map(({ ageDays }) => ageDays);
    expect(days).to.include.members([50, 19, 2, 1]);
  });

  it("are counted as if their own field had no filter", () => {
    expect(page().byDue).to.deep.equal({ later: 1, soon: 2, overdue: 1 });
    expect(page([is("due", "overdue")]).byDue).to.deep.equal({ later: 1, soon: 2, overdue: 1 });
    expect(page([is("owner", "payments")]).byDue).to.deep.equal({ later: 0, soon: 0, overdue: 1 });
    expect(owners()).to.deep.equal(["payments 2", "=1+1 [2J 1", " 1", 0]);
    expect(owners([is("owner", "payments")])).to.deep.equal(owners());
    expect(owners([is("due", "overdue")])).to.deep.equal(["payments 1", 0]);
  });

  it("have no owners to choose from if no node has one", () => {
    expect(owners([is("owner", ""), is("node", "none")])).to.deep.equal([0]);
    const untagged = new Findings(() => ({ revision: 1, findings: all }), "team");
    expect(untagged.page(readQuery("[]"), "0", NOW).byOwner).to.deep.equal([]);
  });

  it("list at most 12 owners, those with the most findings first", () => {
    const tagged = Array.from({ length: 30 }, (_, index) =>
      dueFinding(index, { tags: { Team: `team ${index % 15}` }, fields: {} }),
    );
    const { byOwner, moreOwners } = new Findings(() => ({ revision: 1, findings: tagged }), "Team").page(
      readQuery("[]"),
      "0",
      NOW,
    );
    expect([byOwner.length, moreOwners]).to.deep.equal([12, 3]);
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
