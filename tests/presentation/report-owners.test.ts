import { expect } from "chai";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import { renderReport } from "../../presentation/report/report.ts";
import { DUE_FINDINGS, dueFinding, HOSTILE } from "../fixtures/due-findings.ts";
import { FIXED, hostileText } from "../fixtures/node-fixtures.ts";

const SUBJECT = {
  title: "Patch findings",
  account: "111122223333",
  region: "us-east-2",
  generatedAt: new Date("2026-11-20T12:00:00Z"),
  ownerTag: "Team",
};

interface Element {
  readonly textContent: string;
  querySelectorAll(selector: string): Iterable<Element>;
}

function reportOf(findings: readonly object[], subject: Parameters<typeof renderReport>[1] = SUBJECT): Element {
  const window: unknown = parseHTML(renderReport(findings, subject));
  return (window as { readonly document: { readonly documentElement: Element } }).document.documentElement;
}
const texts = (root: Element, selector: string) =>
  [...root.querySelectorAll(selector)].map(({ textContent }) => textContent);
const cells = (root: Element, selector: string) =>
  [...root.querySelectorAll(selector)].map((row) => texts(row, "th, td").join("|"));

describe("owners and deadlines in the report", () => {
  const page = reportOf(DUE_FINDINGS);

  it("count open findings by owner, most findings first, and those without an owner last", () => {
    expect(texts(page, "h2")).to.deep.equal(["Overview", "Owners", "Open findings, worst first", "Exceptions"]);
    expect(cells(page, ".counts tr")).to.deep.equal([
      "Owner|Open|Overdue|CRITICAL|HIGH|MEDIUM|LOW|INFORMATIONAL",
      "payments|2|1|0|1|0|1|0",
      '=1+1 [2J<img src=x onerror="alert(1)">|1|0|1|0|0|0|0',
      "no owner|1|0|0|0|0|1|0",
    ]);
  });

  it("show the due date, its state and the exceptions of each finding", () => {
    expect(texts(page, ".facts li")).to.include.members(["1 overdue", "1 due within 7 days"]);
    expect(texts(page, ".findings td:nth-child(6)")).to.deep.equal([
      "2026-11-24soon",
      "2026-11-15overdueAccepted until 2026-12-31",
      "2027-03-30",
      "",
    ]);
    expect(texts(page, ".findings td .overdue")).to.deep.equal(["overdue"]);
    expect(texts(page, ".findings td:nth-child(7) p:nth-child(2)")).to.deep.equal([
      "2 days",
      "19 days",
      "50 days",
      "1 day",
    ]);
    expect(texts(page, ".findings th p:last-of-type")).to.include("Owner payments");
  });

  it("count only open findings", () => {
    const [first, ...others] = DUE_FINDINGS;
    const closed = reportOf([{ ...first, RecordState: "ARCHIVED" }, ...others]);
    expect(texts(closed, ".facts li")).to.include("0 overdue");
    expect(cells(closed, ".counts tbody tr").find((row) => row.startsWith("payments"))).to.equal(
      "payments|1|0|0|0|0|1|0",
    );
  });

  const without: [what: string, page: Element][] = [
    ["no node has the tag", reportOf(DUE_FINDINGS, { ...SUBJECT, ownerTag: "team" })],
    ["the tag is the name of a prototype's member", reportOf(DUE_FINDINGS, { ...SUBJECT, ownerTag: "constructor" })],
    ["no finding is open", reportOf([])],
  ];
  for (const [what, report] of without) {
    it(`have no section if ${what}`, () => {
      expect(texts(report, "h2")).to.include("Overview").and.not.include("Owners");
      expect(texts(report, ".counts")).to.deep.equal([]);
    });
  }

  it("are zero in an empty run", () => {
    expect(texts(reportOf([]), ".facts li")).to.include.members(["0 open", "0 overdue", "0 due within 7 days"]);
  });

  it("list at most 50 owners", () => {
    const many = Array.from({ length: 53 }, (_, index) =>
      dueFinding(index, { tags: { Team: `team ${index}` }, fields: {} }),
    );
    const report = reportOf(many);
    expect(cells(report, ".counts tbody tr")).to.have.lengthOf(50);
    expect(texts(report, ".scroll > p")).to.deep.equal(["3 more owners not shown."]);
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
