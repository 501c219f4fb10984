import { expect } from "chai";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { AGES, dueFleetFindings, LONG_OWNER, writeDueFleet } from "../fixtures/due-fleet.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";
import { accessibilityProblems, browserAndRun, openPage, type OpenPage } from "./console-page.ts";
import type { ShownRun } from "../fixtures/shown-run.ts";

const PICTURES = join(import.meta.dirname, "..", "..", "dist", "screenshots");

describe("console in a browser, with owners and deadlines", () => {
  let browser: Browser;
  let shown: ShownRun;
  let open: OpenPage;
  let page: Page;
  const closing: (() => Promise<void>)[] = [];

  before(async function () {
    const directory = await mkdtemp(join(tmpdir(), "console-"));
    closing.push(() => rm(directory, { recursive: true }));
    const fleet = await writeDueFleet(directory, dueFleetFindings());
    [browser, shown] = await browserAndRun(this, closing, fleet);
    await mkdir(PICTURES, { recursive: true });
  });
  after(() => Promise.all(closing.map((close) => close())));
  beforeEach(async () => {
    open = await openPage(browser, shown.console.url);
    page = open.page;
    await page.goto(`${shown.console.url}/#/findings`);
    await expectNodes("21534");
  });
  afterEach(async () => {
    await page.context().close();
    expect([...open.problems, ...shown.failures]).to.deep.equal([]);
  });

  /** Waits for the table to show these nodes in this order, by the last digit of their ids. */
  async function expectNodes(digits: string): Promise<void> {
    const isAt = (digit: string, index: number) =>
      `:has(tr:nth-child(${index + 1}) th:has-text("${nodeId(Number(digit))}"))`;
    const places = Array.from(digits, isAt).join("");
    await page.locator(`.cards tbody${places}:not(:has(tr:nth-child(${digits.length + 1})))`).waitFor();
  }
  const row = (node: number) => page.locator(".cards tbody tr", { hasText: nodeId(node) });
  const cell = (node: number, label: string) => row(node).locator(`[data-label="${label}"]`).innerText();
  const facet = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const openDetails = async (node: number) => {
    await row(node).getByRole("link").click();
    const finding = page.getByRole("article", { name: "Finding" });
    await finding.getByRole("heading", { name: "Facts" }).waitFor();
    return finding;
  };

  it("lists owner, age and due date", async () => {
    const cells = await Promise.all([1, 2, 3, 4, 5].map((node) => cell(node, "Due")));
    const patterns = [/2026-11-15/, /2026-11-24/, /^due in \d+ days 2027-03-30$/, /^$/, /^overdue$/];
    for (const [index, pattern] of patterns.entries()) {
      expect(cells[index]?.replaceAll(/\s+/g, " ")).to.match(pattern);
    }
    const ages = await Promise.all(AGES.map((_, index) => cell(index + 1, "Age")));
    expect(ages.map((text) => Number.parseInt(text, 10))).to.deep.equal([...AGES]);
    expect([await cell(1, "Owner"), await cell(3, "Owner")]).to.deep.equal(["payments", ""]);
    expect(await cell(2, "Owner")).to.match(/^=1\+1 \[2J<img src=x/);
    expect(await page.locator("img").count()).to.equal(0);
  });

  const sorts: [head: string, first: string, second: string][] = [
    ["Due", "51234", "32154"],
    ["Age", "31524", "42513"],
    ["Owner", "21453", "51423"],
  ];
  for (const [head, first, second] of sorts) {
    it(`sorts by ${head}, with findings that lack it last`, async () => {
      const button = page.locator("thead").getByRole("button", { name: head, exact: true });
      for (const nodes of [first, second]) {
        await button.click();
        await expectNodes(nodes);
      }
    });
  }

  it("filters by the counts of owners and due states", async () => {
    await facet("overdue 2").click();
    await expectNodes("15");
    expect(await facet("overdue 2").getAttribute("aria-pressed")).to.equal("true");
    await facet("soon 1").click();
    await expectNodes("215");
    await facet("payments 1").click();
    await expectNodes("1");
    await page.getByRole("button", { name: "Remove filter Due: soon" }).click();
    await page.getByRole("button", { name: "Remove filter Due: overdue" }).click();
    await expectNodes("14");
    await facet("payments 2").focus();
    await page.keyboard.press("Enter");
    await expectNodes("21534");
    await facet("no owner 1").click();
    await expectNodes("3");
  });

  it("opens a finding: its deadline, since when patches are missing, and who accepts which until when", async () => {
    const text = (await (await openDetails(1)).innerText()).replaceAll(/\s+/g, " ");
    for (const part of [
      "(2026-11-15)",
      "CRITICAL patches within 14 days, since 2026-11-01",
      "Exceptions accept some of the noncompliant patches. The first exception ends 2026-12-30.",
      "KB9 accepted until 2026-12-31 by jane: no reboot, before the audit",
      "Owner payments",
      "12 days, since",
      "Last change severity raised",
    ]) {
      expect(text).to.include(part);
    }
    expect(text).to.not.match(/30 days/);
  });

  it("says nothing about deadlines that a finding does not have", async () => {
    expect(await (await openDetails(4)).innerText()).to.not.match(/Accepted patches|\boverdue\b/i);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`is accessible and fits, ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      await facet("overdue 2").click();
      await facet(`${LONG_OWNER} 1`).click();
      await expectNodes("5");
      await facet("payments 1").click();
      await expectNodes("15");
      await openDetails(colorScheme === "light" ? 1 : 5);
      for (const [size, width] of Object.entries({ desktop: 1280, tablet: 820, phone: 390 })) {
        await page.setViewportSize({ width, height: 1200 });
        await page.screenshot({ path: join(PICTURES, `due-${colorScheme}-${size}.png`) });
        expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth"), size).to.be.at.most(0);
        const tooWide = `[...document.querySelectorAll(".facets *, .cards *, .details *:not(pre *)")]
          .filter((part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX === "visible"
            && getComputedStyle(part).display !== "inline").map((part) => part.outerHTML.slice(0, 100))`;
        expect(await page.evaluate(tooWide), size).to.deep.equal([]);
      }
      expect(await accessibilityProblems(page)).to.deep.equal([]);
    });
  }

  it("shows the whole name of an owner who is cut short, and tells the command line the owner's tag", async () => {
    expect(await facet(`${LONG_OWNER} 1`).getAttribute("title")).to.equal(LONG_OWNER);
    const answer: unknown = await (await page.request.get(`${shown.console.url}/api/asff`)).json();
    expect(answer).to.have.property("ownerTag", "Team");
  });
});
