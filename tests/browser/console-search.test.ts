import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { browserAndRun, openPage, type OpenPage } from "./console-page.ts";
import type { ShownRun } from "../fixtures/shown-run.ts";

describe("search and triage in a browser", () => {
  let browser: Browser;
  let shown: ShownRun;
  let open: OpenPage;
  let page: Page;
  const closing: (() => Promise<void>)[] = [];

  before(async function () {
    [browser, shown] = await browserAndRun(this, closing, ["--time-scale", "300"]);
  });
  after(() => Promise.all(closing.map((close) => close())));
  beforeEach(async () => {
    open = await openPage(browser, `${shown.console.url}/#/findings`);
    page = open.page;
    await page.getByText("of 16 findings").waitFor();
  });
  afterEach(async () => {
    await page.context().close();
    expect(shown.failures).to.deep.equal([]);
  });
  const found = (count: number) => page.getByText(new RegExp(`of ${count} findings?$`)).waitFor();

  it("finds by text and facets, and the address can be read", async () => {
    await page.getByRole("searchbox").pressSequentially("cve-2026-40361");
    await page.waitForURL(/#\/findings\?q=cve-2026-40361$/);
    await page.getByRole("button", { name: "Clear all" }).click();
    await found(16);
    const severity = page.getByRole("group", { name: "Severity" });
    await severity.getByRole("button", { name: /^CRITICAL/ }).click();
    await found(3);
    expect(page.url()).to.match(/#\/findings\?severity=CRITICAL$/);
    await page.getByRole("button", { name: "Remove filter Severity: CRITICAL" }).click();
    await found(16);
    await page.goto(`${shown.console.url}/#/findings?severity=!CRITICAL`);
    await page.getByRole("button", { name: "Remove filter Severity: not CRITICAL" }).waitFor();
    await found(13);
  });

  it("clears the selection when the list changes, and sets a status after it has asked", async () => {
    await page.getByRole("checkbox", { name: "Select web-win-1.corp.example.com" }).check();
    await page.getByText("1 finding selected").waitFor();
    await page.goto(`${shown.console.url}/#/findings?severity=HIGH`);
    await found(4);
    expect(await page.getByText("finding selected").count()).to.equal(0);
    await page.getByRole("checkbox", { name: "Select all findings on this page" }).check();
    await page.getByLabel("Note").fill("asked the owners");
    await page.getByRole("button", { name: "Set status" }).click();
    await page.getByText("4 findings will be set to NOTIFIED.").waitFor();
    await page.getByRole("button", { name: "Yes, change 4" }).click();
    await page.getByText(/4 findings were set to NOTIFIED/).waitFor();
  });
});
