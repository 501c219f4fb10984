/** Prints the report as people do: to A4 pages, in a browser. */
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { renderReport } from "../../presentation/report/report.ts";
import { complianceFinding } from "../fixtures/finding-samples.ts";
import { days, nodeId, READ_AT } from "../fixtures/node-fixtures.ts";
import { launchChromium } from "../../command-line/chromium.ts";
import { accessibilityProblems } from "./console-page.ts";

const NODES = 5_000;
const MAX_PAGES = 12;
/** A4 between the margins of the report, in CSS pixels. */
const PAPER = { width: 703, height: 1_009 };
const STATES = ["Missing", "Failed", "InstalledPendingReboot", "InstalledRejected"];
const SUBJECT = {
  title: "Patch findings of 111122223333, eu-west-1",
  account: "111122223333",
  region: "eu-west-1",
  generatedAt: new Date(READ_AT),
  nodes: { compliant: 0, total: NODES },
  csvFile: "findings.csv",
};

/** Returns a finding with long texts. Every fact has more values than the report lists. */
function longFinding(node: number): object {
  const patches = Array.from({ length: 1 + (node % 9) }, (_, at) => ({
    id: `package-with-a-long-name-${(node * 7 + at) % 300}.x86_64`,
    title: `package-with-a-long-name-${(node * 7 + at) % 300}.x86_64:0:5.14.0-611.9.1.el9`,
    level: ["CRITICAL", "HIGH", "MEDIUM", "LOW"][node % 4] ?? "LOW",
    state: STATES[node % 3 === 0 ? at % 4 : 0] ?? "Missing",
  }));
  const finding = complianceFinding(nodeId(node), patches);
  const resource = {
    ...finding.Resources[0],
    Tags: { Owner: `team ${node % 70} with quite a long name` },
    Details: {
      Other: {
        ComputerName: `a-server-with-a-long-name-${node}.department.corp.example.com`,
        PlatformName: `Microsoft Windows Server ${node % 60} Datacenter`,
        PlatformVersion: "10.0.20348",
      },
    },
  };
  const fields = {
    "PatchFindings/PatchGroup": `patch group ${node % 80}`,
    "PatchFindings/Due": ["overdue", "soon", "later"][node % 3] ?? "later",
    "PatchFindings/DueDate": days(node % 30),
    "PatchFindings/Vulnerabilities": "725 CVEs, 713 of them not listed",
    "PatchFindings/Notes": "the data may be stale, and the counts are those of the summary only",
    "PatchFindings/Accepted": "some",
    "PatchFindings/AcceptedUntil": days(90),
    "PatchFindings/AcceptedPatches": Array.from(
      { length: 5 },
      (_, at) => `KB${at} accepted until 2026-12-31 by jane: no window before the audit, and no reboot`,
    ).join(", "),
  };
  return {
    ...finding,
    AwsAccountId: String(111_122_223_333 + (node % 30)),
    Resources: [resource],
    Vulnerabilities: Array.from({ length: 12 }, (_, at) => ({ Id: `CVE-2026-${10_000 + at}` })),
    ProductFields: { ...finding.ProductFields, ...fields },
    Note: { Text: "We wait for the vendor, who promised a new version for next week. ".repeat(7), UpdatedBy: "jane" },
  };
}

const exceptions = Array.from({ length: 40 }, (_, at) => ({
  owner: "jane of the payments team",
  reason: "The vendor supports no newer version, and the node has no way to the internet. ".repeat(3),
  until: days(at),
  ticket: `CHANGE-${at}`,
  patches: { ids: Array.from({ length: 12 }, (_unused, patch) => `KB${at}00${patch}`) },
}));

describe("report on paper and on a screen", () => {
  let browser: Browser | undefined;
  let page: Page;
  let html: string;

  before(async function () {
    const launching = launchChromium();
    if (launching === undefined) return this.skip();
    const findings = Array.from({ length: NODES }, (_, node) => longFinding(node + 1));
    html = renderReport(findings, { ...SUBJECT, exceptions, previous: findings.slice(0, 100) });
    browser = await launching;
    page = await browser.newPage();
    await page.setContent(html);
  });
  after(() => browser?.close());

  /** Returns the pages of a PDF. Chromium writes each page's dictionary uncompressed. */
  async function printedPages(): Promise<number> {
    const pdf = await page.pdf({ preferCSSPageSize: true });
    return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  }

  it(`prints ${NODES} noncompliant nodes on at most ${MAX_PAGES} pages`, async () => {
    expect(await printedPages()).to.be.within(2, MAX_PAGES);
  });

  it("has its summary on one page, and nothing wider than the paper", async () => {
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize(PAPER);
    expect(await page.evaluate("document.getElementById('summary').getBoundingClientRect().height")).to.be.within(
      200,
      PAPER.height,
    );
    expect(await page.evaluate("document.documentElement.scrollWidth")).to.be.at.most(PAPER.width);
  });

  it("repeats table heads on each page, and numbers the pages", async () => {
    const rule = `[...document.styleSheets[0].cssRules].find((one) => one.constructor.name === "CSSPageRule").cssText`;
    expect(await page.evaluate(rule)).to.match(/@bottom-right \{[^}]*counter\(page\)[^}]*counter\(pages\)/);
    expect(await page.evaluate("getComputedStyle(document.querySelector('thead')).display")).to.equal(
      "table-header-group",
    );
  });

  it("is black on white on paper, also if the screen is dark", async () => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const colors =
      "(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.documentElement))";
    expect(await page.evaluate(colors)).to.deep.equal(["rgb(0, 0, 0)", "rgb(255, 255, 255)"]);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [390, 1280]) {
      it(`is accessible and fits a screen, ${colorScheme}, ${width} pixels wide`, async () => {
        await page.emulateMedia({ media: "screen", colorScheme });
        await page.setViewportSize({ width, height: 860 });
        expect(await page.evaluate("document.documentElement.scrollWidth")).to.be.at.most(width);
        expect(await accessibilityProblems(page)).to.deep.equal([]);
      });
    }
  }
});
