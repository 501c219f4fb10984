import { expect } from "chai";
import fc from "fast-check";
import { DUE_FINDINGS, dueFinding, HOSTILE } from "../fixtures/due-findings.ts";
import { cells, reportPage, texts, type PageElement } from "../fixtures/report-page.ts";
import { FIXED, hostileText } from "../fixtures/node-fixtures.ts";

const SUBJECT = {
  title: "Patch findings",
  account: "111122223333",
  region: "us-east-2",
  generatedAt: new Date("2026-11-20T12:00:00Z"),
  ownerTag: "Team",
};

const reportOf = (findings: readonly object[], subject = SUBJECT) => reportPage(findings, subject);

describe("owners and deadlines in the report", () => {
  const page = reportOf(DUE_FINDINGS);

  it("count open findings by owner, most findings first, and those without an owner last", () => {
    expect(texts(page, "h2")).to.deep.equal([
      ...["Severities", "Worst actions", "What to do", "Owners", "Platforms", "Patch groups", "Overview"],
      ...["Open findings, worst first", "Exceptions"],
    ]);
    expect(cells(page, "#owners tr")).to.deep.equal([
      "Owner|Open|Overdue|Due soon|CRITICAL|HIGH|MEDIUM|LOW|INFORMATIONAL",
      "payments|2|1|0|0|1|0|1|0",
      '=1+1 [2J<img src=x onerror="alert(1)">|1|0|1|1|0|0|0|0',
      "no owner|1|0|0|0|0|0|1|0",
    ]);
  });

  it("show the due date, its state and the exceptions of each finding", () => {
    expect(texts(page, ".numbers .number")).to.deep.equal(["not known", "4", "1", "1"]);
    expect(texts(page, ".findings td:nth-child(6)")).to.deep.equal([
      "24 Nov 2026, 12:00 UTCsoon",
      "15 Nov 2026, 00:00 UTCoverdueAccepted until 30 Dec 2026",
      "30 Mar 2027, 00:00 UTC",
      "",
    ]);
    expect(texts(page, ".findings td .overdue")).to.deep.equal(["overdue"]);
    expect(texts(page, ".findings td:nth-child(7) p:nth-child(2)")).to.deep.equal([
      "2 days",
      "19 days",
      "50 days",
      "1 day",
    ]);
    expect(texts(page, ".findings th p:last-of-type")).to.include("Ubuntu 24.04, patch group web, owner payments");
  });

  it("count only open findings", () => {
    const [first, ...others] = DUE_FINDINGS;
    const closed = reportOf([{ ...first, RecordState: "ARCHIVED" }, ...others]);
    expect(texts(closed, ".numbers .number")).to.deep.equal(["not known", "3", "0", "1"]);
    expect(cells(closed, "#owners tbody tr").find((row) => row.startsWith("payments"))).to.equal(
      "payments|1|0|0|0|0|0|1|0",
    );
  });

  const without: [what: string, page: PageElement][] = [
    ["no node has the tag", reportOf(DUE_FINDINGS, { ...SUBJECT, ownerTag: "team" })],
    ["the tag is the name of a prototype's member", reportOf(DUE_FINDINGS, { ...SUBJECT, ownerTag: "constructor" })],
    ["no finding is open", reportOf([])],
  ];
  for (const [what, report] of without) {
    it(`have no section if ${what}`, () => {
      expect(texts(report, "h2")).to.include("Worst actions").and.not.include("Owners");
      expect(texts(report, "#owners")).to.deep.equal([]);
    });
  }

  it("are zero in an empty run", () => {
    expect(texts(reportOf([]), ".numbers .number")).to.deep.equal(["not known", "0", "0", "0"]);
  });

  it("list at most 15 owners", () => {
    const many = Array.from({ length: 53 }, (_, index) =>
      dueFinding(index, { tags: { Team: `team ${index}` }, fields: {} }),
    );
    const report = reportOf(many);
    expect(cells(report, "#owners tbody tr")).to.have.lengthOf(15);
    expect(texts(report, "#owners .scroll > p")).to.deep.equal(["38 more owners not shown."]);
  });

  it("show hostile text as text", () => {
    const markup = fc.constantFrom(HOSTILE, "</td></table><script>alert(1)</script>", `" onload="x`, "<!--", "&lt;b>");
    fc.assert(
      fc.property(fc.oneof(hostileText(40), markup), fc.oneof(hostileText(40), markup), (owner, other) => {
        const fields = { DueDate: other, Due: other, AcceptedUntil: owner, AcceptedPatches: other, OpenSince: owner };
        const report = reportOf([...DUE_FINDINGS, dueFinding(5, { tags: { Team: owner }, fields })]);
        expect(texts(report, "script, img, [onload], [onerror]")).to.deep.equal([]);
        expect(texts(report, "h2")).to.deep.equal(texts(page, "h2"));
        expect(cells(report, ".findings tbody tr")).to.have.lengthOf(5);
      }),
      { ...FIXED, numRuns: 15 },
    );
  });
});
