/** The console over 5,000 nodes: what a page holds is bounded, fits each screen, and is accessible. */
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { measuredViews, type MeasuredView } from "../../commands/console-times/addresses.ts";
import { accessibilityProblems, browserAndRun, openPage, type OpenPage } from "./console-page.ts";
import type { ShownRun } from "../fixtures/shown-run.ts";

const NODES = 5_000;
const MOST_ELEMENTS = 2_500;
const MOST_ROWS = 50;
const WIDTHS = [390, 1280, 1920];
/** Themes differ in nothing else that axe checks. */
const COLORS = ["color-contrast", "link-in-text-block"];

describe("the console over 5,000 nodes", () => {
  let browser: Browser;
  let shown: ShownRun;
  let open: OpenPage;
  let page: Page;
  let views: MeasuredView[];
  const closing: (() => Promise<void>)[] = [];

  before(async function () {
    [browser, shown] = await browserAndRun(this, closing, ["--time-scale", "300", "--nodes", String(NODES)]);
    views = await measuredViews(shown.console.url);
    open = await openPage(browser, shown.console.url);
    page = open.page;
  });
  after(() => Promise.all(closing.map((close) => close())));
  afterEach(() => {
    expect(open.problems).to.deep.equal([]);
    expect(shown.failures).to.deep.equal([]);
  });

  /** Opens a view and waits until its data are drawn. */
  const go = async ({ address, drawn }: Pick<MeasuredView, "address" | "drawn">): Promise<void> => {
    await page.goto(`${shown.console.url}/#/bananas`);
    await page.getByRole("heading", { name: "There is no page at this address" }).waitFor();
    await page.goto(`${shown.console.url}/${address}`);
    await page.locator(drawn).first().waitFor();
    await page.locator("main .loading").first().waitFor({ state: "detached" });
  };
  const number = async (script: string): Promise<number> => Number(await page.evaluate(script));

  it("holds at most 2,500 elements and 50 rows on every view and screen, none of them wider than the screen", async () => {
    for (const view of views) {
      await go(view);
      for (const width of WIDTHS) {
        const where = `${view.name} at ${width} px`;
        await page.setViewportSize({ width, height: 900 });
        expect(await number("document.querySelectorAll('*').length"), where).to.be.below(MOST_ELEMENTS);
        const rows = "Math.max(0, ...[...document.querySelectorAll('tbody')].map((body) => body.rows.length))";
        expect(await number(rows), where).to.be.at.most(MOST_ROWS);
        expect(await number("document.documentElement.scrollWidth - innerWidth"), where).to.be.at.most(0);
      }
    }
  });

  it("has no accessibility problem on any view, light or dark", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    for (const view of views) {
      await page.emulateMedia({ colorScheme: "light" });
      await go(view);
      expect(await accessibilityProblems(page), `${view.name}, light`).to.deep.equal([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await accessibilityProblems(page, COLORS), `${view.name}, dark`).to.deep.equal([]);
    }
  });

  it("selects what the list shows, or all nodes that match", async () => {
    await go({ address: "#/fleet?severity=CRITICAL", drawn: "main .cards tbody tr" });
    await page.getByRole("checkbox", { name: "Select all nodes on this page" }).check();
    await page.getByText("50 nodes selected").waitFor();
    await page.getByRole("button", { name: /^Select all \d+ matching$/ }).click();
    await page.getByText(/^\d{3,} nodes selected/).waitFor();
    await page.getByRole("searchbox", { name: "Search managed nodes" }).fill("ubuntu");
    await page.getByText("Text: ubuntu").waitFor();
    expect(await page.getByText("nodes selected").count()).to.equal(0);
    expect(await page.getByRole("button", { name: "Patch selected nodes" }).isDisabled()).to.equal(true);
  });
});
