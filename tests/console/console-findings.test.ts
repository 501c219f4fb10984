import { expect } from "chai";
import type { FindingsPage } from "../../console/api.ts";
import { deadlineOf } from "../../console/finding-rows.ts";
import { Findings } from "../../console/findings.ts";
import { pageOf } from "../../console/paging.ts";
import { SecurityHub } from "../../local/services/security-hub/security-hub.ts";
import type { FindingView } from "../../presentation/findings/finding-view.ts";
import { readQuery } from "../../presentation/search/query.ts";
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

/** The page that a link shows. */
function shown(findings: Findings, link = ""): FindingsPage {
  const query = readQuery(new URLSearchParams(link));
  if ("problem" in query) throw new Error(query.problem);
  return findings.page(query, NOW);
}

const nodes = (findings: Findings, link?: string): string[] => shown(findings, link).rows.map(({ nodeId }) => nodeId);

describe("findings of the console", () => {
  const hub = new SecurityHub({
    account: ACCOUNT,
    region: "eu-west-1",
    now: () => new Date(),
    findings: [
      asff("b", "LOW"),
      asff("c", "CRITICAL"),
      asff("a", "LOW"),
      asff("d", "HIGH", {
        RecordState: "ARCHIVED",
        UpdatedAt: "2026-11-09T00:00:00.000Z",
        ProductFields: { "PatchFindings/Proof": "Install ended 2026-11-09" },
      }),
    ],
  });
  const findings = new Findings(() => ({ revision: hub.revision, findings: hub.held() }));

  const lists: [link: string, expected: string[]][] = [
    ["", ["i-c", "i-a", "i-b"]],
    ["record=all", ["i-c", "i-d", "i-a", "i-b"]],
    ["record=all&order=node&direction=descending", ["i-d", "i-c", "i-b", "i-a"]],
    ["severity=!CRITICAL", ["i-a", "i-b"]],
    ["q=i-b", ["i-b"]],
  ];
  for (const [link, expected] of lists) {
    it(`are those that a link asks for: ${link === "" ? "nothing" : link}`, () => {
      expect(nodes(findings, link)).to.deep.equal(expected);
    });
  }

  it("are counted over all pages: open ones by severity, closed ones apart", () => {
    const { bySeverity, total, page, open, closed } = shown(findings, "page=7&record=all");
    expect([bySeverity.CRITICAL, bySeverity.HIGH, bySeverity.LOW]).to.deep.equal([1, 0, 2]);
    expect([total, page, open, closed]).to.deep.equal([4, 1, 3, 1]);
  });

  it("say when they were closed, and by what proof", () => {
    const [row] = shown(findings, "record=closed").rows;
    expect(row?.closed).to.deep.equal({ at: "2026-11-09T00:00:00.000Z", proof: "Install ended 2026-11-09" });
    expect(row).to.not.have.property("ageDays");
  });

  it("are found by their key, and by the id of their node", () => {
    const [first] = shown(findings).rows;
    expect(findings.find(first?.key ?? "")?.view.nodeId).to.equal("i-c");
    expect(findings.find("i-c")?.key).to.equal(first?.key);
    expect(findings.find("nobody")).to.equal(undefined);
  });

  it("are converted again only if they change", () => {
    let [revision, all] = [1, [asff("a", "LOW"), asff("b", "LOW")]];
    const changing = new Findings(() => ({ revision, findings: all }));
    const [first, second] = changing.all();
    [revision, all] = [2, [...all.slice(0, 1), asff("b", "HIGH")]];
    expect(changing.all()[0]).to.equal(first);
    expect(changing.all()[1]?.key).to.equal(second?.key);
    expect(changing.all()[1]?.view.severity).to.equal("HIGH");
  });

  it("with long texts make a page of less than 100 KB", () => {
    const long = Array.from({ length: 50 }, (_, index) =>
      asff(`long-${index}`, "LOW", { Title: "W".repeat(4_000), ProductName: "W".repeat(4_000) }),
    );
    const page = shown(new Findings(() => ({ revision: 1, findings: long })));
    expect(JSON.stringify(page).length).to.be.below(100_000);
  });
});

describe("owners and deadlines in the console", () => {
  const findings = new Findings(() => ({ revision: 1, findings: DUE_FINDINGS }), "Team");
  const digits = (link: string) =>
    nodes(findings, link)
      .map((nodeId) => nodeId.at(-1))
      .join("");

  it("are counted as if their own field had no filter", () => {
    const counts = (link: string) =>
      shown(findings, link).facets.due.values.map(({ value, findings: count }) => `${value} ${count}`);
    expect(counts("due=overdue")).to.deep.equal(counts(""));
    expect(counts("owner=payments")).to.deep.equal(["overdue 1", " 1"]);
    expect(digits("due=overdue&due=soon")).to.equal("21");
  });

  it("list at most 12 owners, those with the most findings first", () => {
    const tagged = Array.from({ length: 30 }, (_, index) =>
      dueFinding(index, { tags: { Team: `team ${index % 15}` }, fields: {} }),
    );
    const { values, more } = shown(new Findings(() => ({ revision: 1, findings: tagged }), "Team")).facets.owner;
    expect([values.length, more]).to.deep.equal([12, 3]);
  });

  const at = (dueDate: string | undefined, due?: FindingView["due"]) =>
    deadlineOf({ ...(dueDate !== undefined && { dueDate }), ...(due && { due }) }, NOW)?.words;
  const words: [dueDate: string | undefined, state: FindingView["due"], expected: string | undefined][] = [
    [undefined, undefined, undefined],
    [undefined, "overdue", "overdue"],
    [undefined, "soon", "due soon"],
    ["no date", "later", "due later"],
    ["2026-11-20T12:00:00Z", "soon", "due within a day"],
    ["2026-11-21T11:59:59Z", "soon", "due within a day"],
    ["2026-11-21T12:00:00Z", "soon", "due in 1 day"],
    ["2026-11-23T13:00:00Z", undefined, "due in 3 days"],
    ["2026-11-20T11:59:59Z", "overdue", "overdue by less than a day"],
    ["2026-11-19T12:00:00Z", "overdue", "overdue by 1 day"],
    ["2026-11-10T12:00:00Z", "overdue", "overdue by 10 days"],
  ];
  for (const [dueDate, state, expected] of words) {
    it(`are in words: ${dueDate ?? "no date"}, ${state ?? "no state"}`, () => {
      expect(at(dueDate, state)).to.equal(expected);
    });
  }
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
