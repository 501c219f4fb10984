import { expect } from "chai";
import { exceptionKey } from "../../contract/exception-key.ts";
import type { PatchException } from "../../contract/policies.ts";
import { coverage, exceptionUses } from "../../presentation/findings/exception-use.ts";
import { findingView } from "../../presentation/findings/finding-view.ts";
import { trendOf } from "../../presentation/findings/trend.ts";
import { renderReport } from "../../presentation/report/report.ts";

const NOW = new Date("2026-07-10T12:00:00Z");
const SUBJECT = { title: "Report", account: "111122223333", region: "us-east-2", generatedAt: NOW };

function exception(parts: Partial<PatchException> = {}): PatchException {
  return { owner: "jane", reason: "no window", until: "2026-08-01T00:00:00Z", ...parts };
}

function finding(node: string, fields: object = {}, parts: object = {}) {
  return {
    Id: `patch-manager-findings/us-east-2/111122223333/${node}`,
    GeneratorId: "patch-manager-findings",
    Resources: [{ Id: `arn:aws:ec2:us-east-2:111122223333:instance/${node}` }],
    Severity: { Label: "HIGH" },
    UpdatedAt: "2026-07-01T12:00:00Z",
    CreatedAt: "2026-06-01T12:00:00Z",
    ProductFields: { "PatchFindings/OpenSince": "2026-06-21T12:00:00Z", ...fields },
    ...parts,
  };
}

const by = (...used: PatchException[]) => ({
  "PatchFindings/Accepted": "all",
  "PatchFindings/AcceptedUntil": "2026-08-01T00:00:00Z",
  "PatchFindings/AcceptedBy": used.map(exceptionKey).join(", "),
  "PatchFindings/AcceptedPatches": "KB1 accepted until 2026-07-31 by jane: no window <b>",
});
const archived = { RecordState: "ARCHIVED" };

describe("exceptions and findings", () => {
  it("say which exceptions are expired, unused or in force, and how many nodes use each", () => {
    const [used, unused, ended] = [
      exception(),
      exception({ owner: "ann" }),
      exception({ until: "2026-07-09T12:00:00Z" }),
    ];
    const findings = [
      finding("i-1", by(used)),
      finding("i-2", by(used, ended)),
      finding("i-3", by(unused), archived),
      finding("i-4", by(unused), { GeneratorId: "another" }),
      finding("i-5"),
    ];
    const uses = exceptionUses([used, unused, ended], findings, NOW);
    expect(uses.map(({ key, state, nodes, daysLeft }) => [key, state, nodes, daysLeft])).to.deep.equal([
      [exceptionKey(ended), "expired", 1, -1],
      [exceptionKey(unused), "unused", 0, 21],
      [exceptionKey(used), "in force", 2, 21],
    ]);
  });

  it("end at the moment that until names", () => {
    const until = NOW.toISOString();
    expect(exceptionUses([exception({ until })], [finding("i-1", by(exception({ until })))], NOW)[0]?.state).to.equal(
      "expired",
    );
  });

  const covered: [name: string, parts: Partial<PatchException>, words: string][] = [
    ["everything", {}, "all patches; all nodes"],
    ["patches", { patches: { ids: ["KB1"], names: ["kernel*"] } }, "patches KB1, kernel*; all nodes"],
    ["tags", { nodes: { tags: { Env: ["test", "dev"] } } }, "all patches; nodes tagged Env=test or dev"],
    ["platforms", { nodes: { ids: ["i-1"], platforms: ["Ubuntu"] } }, "all patches; nodes i-1 and on Ubuntu"],
    [
      "many ids",
      { patches: { ids: Array.from({ length: 12 }, (_, index) => `KB${index}`) } },
      "patches KB0, KB1, KB2, KB3, KB4, KB5, KB6, KB7, KB8, KB9 and 2 more; all nodes",
    ],
  ];
  for (const [name, parts, words] of covered) {
    it(`say what an exception is about: ${name}`, () => {
      expect(coverage(parts)).to.equal(words);
    });
  }

  it("are a section of the report, with those of the settings if they are given", () => {
    const page = renderReport([finding("i-1", by(exception()))], SUBJECT);
    expect(page).to.include("<h2>Exceptions</h2>").and.to.include("by jane: no window &lt;b&gt;");
    expect(page).not.to.include("expired");
    expect(renderReport([], { ...SUBJECT, exceptions: [exception({ until: "2026-01-01T00:00:00Z" })] })).to.include(
      "<td>expired</td>",
    );
    expect(renderReport([finding("i-1")], SUBJECT)).not.to.include("Exceptions");
  });
});

describe("the trend", () => {
  const view = (node: string, fields: object = {}, parts: object = {}) =>
    [findingView(finding(node, fields, parts))].flatMap((one) => one ?? []);
  const earlier = [...view("i-1"), ...view("i-2"), ...view("i-3", {}, { Workflow: { Status: "SUPPRESSED" } })];
  const current = [
    ...view("i-1", {}, { Severity: { Label: "LOW" } }),
    ...view("i-2", {}, { ...archived, UpdatedAt: "2026-07-05T00:00:00Z" }),
    ...view("i-4"),
  ];

  it("counts open findings by severity, opened and closed ones, and days", () => {
    const { bySeverity, ...others } = trendOf(earlier, current, NOW);
    expect(bySeverity.filter(({ before, now }) => before + now > 0)).to.deep.equal([
      { severity: "HIGH", before: 2, now: 1 },
      { severity: "LOW", before: 0, now: 1 },
    ]);
    expect(others).to.deep.equal({
      ...{ opened: 1, closed: 1, daysOpen: 13.5, since: "2026-07-01T12:00:00.000Z", days: 9 },
    });
  });

  it("does not count active findings as closed that a person suppressed or resolved", () => {
    const before = [...view("i-1"), ...view("i-2"), ...view("i-3")];
    const now = ["SUPPRESSED", "RESOLVED"].flatMap((Status, at) => view(`i-${at + 1}`, {}, { Workflow: { Status } }));
    const { closed, daysOpen } = trendOf(before, [...now, ...view("i-3", {}, archived)], NOW);
    expect([closed, daysOpen === undefined]).to.deep.equal([1, false]);
    expect(trendOf(before, [...now, ...view("i-3")], NOW))
      .to.include({ opened: 0, closed: 0 })
      .and.not.to.have.property("daysOpen");
  });

  it("is empty between no findings", () => {
    const { bySeverity, ...others } = trendOf([], [], NOW);
    expect(bySeverity).to.have.length(5);
    expect(others).to.deep.equal({ opened: 0, closed: 0 });
  });

  it("is a section of the report only if earlier findings are given", () => {
    const page = renderReport([finding("i-4")], { ...SUBJECT, previous: [finding("i-1")] });
    expect(page).to.include("<h2>Trend</h2>").and.to.include("9 days ago").and.to.include("1 opened");
    expect(renderReport([finding("i-4")], SUBJECT)).not.to.include("Trend");
  });
});
