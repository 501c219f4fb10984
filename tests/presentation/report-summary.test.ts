import { expect } from "chai";
import { utcTime, timesInUtc } from "../../presentation/times/times.ts";
import { complianceFinding } from "../fixtures/finding-samples.ts";
import { nodeId, READ_AT } from "../fixtures/node-fixtures.ts";
import { cells, reportPage, texts } from "../fixtures/report-page.ts";

const SUBJECT = { title: "T", account: "111122223333", region: "us-east-2", generatedAt: new Date(READ_AT) };
const KB1 = { id: "KB1", title: "KB1", level: "CRITICAL" };
const many = (count: number) => Array.from({ length: count }, (_, node) => complianceFinding(nodeId(node + 1), [KB1]));

describe("first page of the report", () => {
  const shares: [compliant: number, total: number, number: string, more: string][] = [
    [4_000, 5_000, "80 %", "4000 of 5000 nodes"],
    [4_999, 5_000, "99.9 %", "4999 of 5000 nodes"],
    [1, 1, "100 %", "1 of 1 node"],
    [0, 0, "not known", "Security Hub holds only findings of noncompliant nodes."],
  ];
  for (const [compliant, total, number, more] of shares) {
    it(`shows the share of compliant nodes: ${number}`, () => {
      const page = reportPage(many(1), { ...SUBJECT, nodes: { compliant, total } });
      expect(texts(page, ".numbers > div:first-child dd")).to.deep.equal([number, more]);
    });
  }

  it("does not guess the share or the change", () => {
    const page = reportPage(many(1), SUBJECT);
    expect(texts(page, ".numbers .number")[0]).to.equal("not known");
    expect(texts(page, "#summary > p")).to.deep.equal([
      "Change since the previous report: not known. No earlier findings were given to compare with.",
    ]);
  });

  it("shows the change since the previous report", () => {
    const page = reportPage(many(3), { ...SUBJECT, previous: many(1) });
    expect(cells(page, "#summary tbody tr")[0]).to.equal("◆ CRITICAL|1|3|+2");
    expect(texts(page, "#summary h2")).to.deep.equal(["Trend", "Worst actions"]);
  });

  it("names the five worst actions", () => {
    const different = Array.from({ length: 7 }, (_, at) => ({ ...KB1, id: `KB${at}`, title: `KB${at}` }));
    const page = reportPage(
      different.map((patch, at) => complianceFinding(nodeId(at + 1), [patch])),
      SUBJECT,
    );
    expect(texts(page, ".worst li")).to.deep.equal(
      [0, 1, 2, 3, 4].map((at) => `Install KB${at} on 1 node (worst CRITICAL)`),
    );
  });
});

describe("list of findings in the report", () => {
  const notes: [count: number, csvFile: string | undefined, note: string][] = [
    [1, undefined, "1 finding in all. "],
    [50, "f.csv", "50 findings in all. f.csv has all findings."],
    [51, "f.csv", "1 finding of 51 not listed here. f.csv has all findings."],
    [53, undefined, "3 findings of 53 not listed here. List all: npm run findings -- --region REGION --format csv"],
    [1, "<img src=x>\u001b[2J", "1 finding in all. <img src=x> [2J has all findings."],
  ];
  for (const [count, csvFile, note] of notes) {
    it(`says what is not listed: ${JSON.stringify(note)}`, () => {
      const page = reportPage(many(count), { ...SUBJECT, ...(csvFile !== undefined && { csvFile }) });
      expect(texts(page, ".listed")).to.deep.equal([note]);
      expect(cells(page, ".findings tbody tr")).to.have.lengthOf(Math.min(count, 50));
      expect(texts(page, "img")).to.deep.equal([]);
    });
  }

  it("counts the patches that are not named and those that are not shown together", () => {
    const [one] = many(1);
    const fields = { ...one?.ProductFields, "PatchFindings/WorstPatches": "a, b, c, d, e, f, g and 8 more" };
    const page = reportPage([{ ...one, ProductFields: fields }], SUBJECT);
    expect(texts(page, ".findings td:nth-child(4) p")).to.deep.equal(["a, b, c and 12 more"]);
  });
});

describe("tables of the report", () => {
  const page = reportPage(many(2), { ...SUBJECT, previous: many(1) });
  it("have a caption, column heads and row heads", () => {
    const tables = [...page.querySelectorAll("table")];
    expect(tables).to.have.lengthOf.at.least(5);
    for (const table of tables) {
      expect(texts(table, "caption")).to.have.lengthOf(1);
      const scopes = (selector: string) =>
        [...table.querySelectorAll(selector)].map((head) => head.getAttribute("scope") ?? "none");
      expect(new Set(scopes("thead th"))).to.deep.equal(new Set(["col"]));
      expect(scopes("tbody th")).to.deep.equal(cells(table, "tbody tr").map(() => "row"));
    }
  });

  it("by account and Region are only in a report of several", () => {
    expect(texts(page, "h2")).not.to.include("Accounts and Regions");
    const [first, second] = many(2);
    const two = reportPage([{ ...first, Region: "eu-west-1" }, second ?? {}], SUBJECT);
    expect(cells(two, "#accounts-and-regions tbody tr").map((row) => row.split("|").slice(0, 2))).to.have.lengthOf(2);
  });
});

describe("times in the report", () => {
  const times: [time: string, words: string][] = [
    ["2026-11-25T17:32:09.123Z", "25 Nov 2026, 17:32 UTC"],
    ["2026-01-05T03:04:00+02:00", "5 Jan 2026, 01:04 UTC"],
    ["2026-11-25", "25 Nov 2026, 00:00 UTC"],
    ["<b>soon", "<b>soon"],
    ["", ""],
  ];
  for (const [time, words] of times) it(`${time}: ${words}`, () => expect(utcTime(time)).to.equal(words));

  it("are replaced within a text", () => {
    expect(timesInUtc("silent since 2026-11-25T17:32:09.123Z, or 2026-99-99T99:99:99Z")).to.equal(
      "silent since 25 Nov 2026, 17:32 UTC, or 2026-99-99T99:99:99Z",
    );
  });
});
