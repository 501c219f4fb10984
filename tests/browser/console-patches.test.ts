import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { LackedDetails } from "../../console/api.ts";
import { accessibilityProblems, browserAndRun, openPage, type OpenPage } from "./console-page.ts";
import type { ShownRun } from "../fixtures/shown-run.ts";

const KB = "KB5068781";

describe("the pages of patches and CVEs in a browser", () => {
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
    open = await openPage(browser, shown.console.url);
    page = open.page;
  });
  afterEach(async () => {
    await page.context().close();
    expect(open.problems).to.deep.equal([]);
    expect(shown.failures).to.deep.equal([]);
  });

  const go = (address: string): Promise<unknown> => page.goto(`${shown.console.url}/#/${address}`);
  const heading = (name: string) => page.getByRole("heading", { name, exact: true });
  const nodes = () => page.getByRole("region", { name: "Nodes" }).locator("tbody tr");
  const goTo = async (text: string): Promise<void> => {
    await page.getByLabel("Go to a node, patch or CVE").fill(text);
    await page.keyboard.press("Enter");
  };

  it("lead from a patch to a node's finding, and back", async () => {
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Patches" }).click();
    await page.getByRole("link", { name: KB }).click();
    await heading(KB).waitFor();
    await nodes().first().waitFor();
    expect(await nodes().count()).to.equal(3);
    await nodes().first().getByRole("link").click();
    await page.getByRole("article", { name: "Finding" }).getByRole("link", { name: KB }).first().click();
    await heading(KB).waitFor();
  });

  it("answer who has a CVE in one step", async () => {
    const patch = (await (await fetch(`${shown.console.url}/api/patches/${KB}`)).json()) as LackedDetails;
    const [cve = ""] = patch.related;
    await goTo(cve.toLowerCase());
    await heading(cve).waitFor();
    await nodes().first().waitFor();
    expect(page.url()).to.match(new RegExp(`#/cves/${cve}$`));
    expect(await page.getByRole("link", { name: /National Vulnerability Database/ }).getAttribute("href")).to.equal(
      `https://nvd.nist.gov/vuln/detail/${cve}`,
    );
    await goTo("web-win-1.corp.example.com");
    await page.getByRole("article", { name: "Finding" }).getByText("web-win-1.corp.example.com").first().waitFor();
    await goTo("web-win");
    await page.getByRole("region", { name: "Findings", exact: true }).waitFor();
    expect(page.url()).to.match(/#\/findings\?q=web-win$/);
  });

  it("search and sort their lists", async () => {
    await go("cves");
    const rows = page.getByRole("region", { name: "All CVEs" }).locator("tbody tr");
    await rows.first().waitFor();
    expect(await rows.count()).to.be.at.most(50);
    await page.getByRole("button", { name: "Nodes" }).click();
    await page.getByRole("columnheader", { name: "Nodes" }).and(page.locator("[aria-sort=descending]")).waitFor();
    await page.getByLabel("Search CVEs").fill("no such CVE");
    await page.getByText("No CVE matches the search.").waitFor();
  });

  it("say so if no finding names a CVE, and keep its id as text", async () => {
    const hostile = "<img src=x onerror=alert(1)>";
    await go(`cves/${encodeURIComponent(hostile)}`);
    await page.getByText(`No open finding names ${hostile}.`).waitFor();
    expect(await page.locator("main img, main table").count()).to.equal(0);
  });

  it("offer to read what findings of an account leave out", async () => {
    const gaps = { words: "7 findings list only some of their CVEs.", nodes: [], moreNodes: 0 };
    const base = {
      id: "CVE-2026-1",
      rows: [],
      total: 0,
      page: 0,
      pageSize: 50,
      overdue: 0,
      related: [],
      moreRelated: 0,
    };
    const asked: string[] = [];
    await page.route("**/api/cves/**", (route) => {
      asked.push(new URL(route.request().url()).search);
      const check = asked.some((search) => search.includes("read=all"))
        ? { next: 0, running: false, done: 7, total: 7, unreadable: 2 }
        : { next: 7, running: false, done: 0, total: 0, unreadable: 0 };
      return route.fulfill({ json: { ...base, gaps: { ...gaps, check } } });
    });
    await go("cves/CVE-2026-1");
    await page.getByRole("button", { name: "Check the 7 nodes whose findings list only some CVEs" }).click();
    await page.getByText("7 of 7 nodes checked. The patches of 2 nodes cannot be read").waitFor();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`are accessible and fit a phone, ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      for (const view of ["patches", `patches/${KB}`, "cves", "cves/CVE-2026-999999"]) {
        await go(view);
        await page.getByRole("main").locator("h2, tbody tr").first().waitFor();
        expect(await accessibilityProblems(page), view).to.deep.equal([]);
        await page.setViewportSize({ width: 390, height: 844 });
        expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth"), view).to.be.at.most(0);
        await page.setViewportSize({ width: 1280, height: 860 });
      }
    });
  }
});
