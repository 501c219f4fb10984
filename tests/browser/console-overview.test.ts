import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { LiveState } from "../../console/api.ts";
import { accessibilityProblems, browserAndRun, openPage, type OpenPage } from "./console-page.ts";
import type { ShownRun } from "../fixtures/shown-run.ts";

const NODES = 300;

/** Returns the first events of the console. */
async function liveEvents(url: string): Promise<string> {
  const reader = (await fetch(`${url}/api/live`)).body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n\n")) text += (await reader?.read())?.value ?? "\n\n";
  await reader?.cancel();
  return text;
}

describe("the console's first pages in a browser", () => {
  let browser: Browser;
  let shown: ShownRun;
  let open: OpenPage;
  let page: Page;
  const closing: (() => Promise<void>)[] = [];

  before(async function () {
    [browser, shown] = await browserAndRun(this, closing, ["--time-scale", "300", "--nodes", String(NODES)]);
  });
  after(() => Promise.all(closing.map((close) => close())));
  beforeEach(async () => {
    open = await openPage(browser, shown.console.url, { timezoneId: "Asia/Kolkata" });
    page = open.page;
  });
  afterEach(async () => {
    await page.context().close();
    expect(open.problems).to.deep.equal([]);
    expect(shown.failures).to.deep.equal([]);
  });

  const summary = () => page.getByRole("list", { name: "Summary" });
  const go = (address: string): Promise<unknown> => page.goto(`${shown.console.url}/#/${address}`);

  it("open on the overview, whose numbers link to what they count", async () => {
    await page.getByRole("main", { name: "Overview" }).waitFor();
    expect(await summary().innerText()).to.match(/Compliant nodes\s+\d+(\.\d)?%\s+\d+ of 300\./);
    const critical = summary().getByRole("link", { name: /CRITICAL/ });
    expect(await critical.getAttribute("href")).to.equal("#/findings?severity=CRITICAL");
    const patch = page.getByRole("region", { name: "Worst patches" }).getByRole("link").first();
    expect(await patch.getAttribute("href")).to.equal(`#/patches/${encodeURIComponent(await patch.innerText())}`);
    await page
      .getByRole("region", { name: "Activity" })
      .getByText(/opened \d+ findings/)
      .first()
      .waitFor();
    expect(await page.evaluate("document.querySelectorAll('*').length")).to.be.below(600);
  });

  it("name the areas of the trend by shape, word and pattern", async () => {
    const legend = page.getByRole("list", { name: "Open findings by severity: Now" });
    expect(await legend.innerText()).to.match(/◆ CRITICAL \d+\s+▲ HIGH \d+/);
    const fills =
      "new Set([...document.querySelectorAll('.areas .area')].map((area) => getComputedStyle(area).fill)).size";
    expect(await page.evaluate(fills)).to.equal(5);
  });

  it("show times in the reader's time zone, or in UTC, and remember which", async () => {
    await go("executions");
    const time = page.locator("tbody time").first();
    await time.waitFor();
    expect(await time.innerText()).to.match(/ago|just now/);
    expect(await time.getAttribute("title")).to.match(/GMT\+5:30$/);
    await page.getByLabel("Times").selectOption("UTC");
    await page.reload();
    await time.waitFor();
    expect(await time.getAttribute("title")).to.match(/UTC$/);
  });

  it("say so if an address has no page", async () => {
    await go("bananas");
    await page.getByRole("heading", { name: "There is no page at this address" }).waitFor();
    await page.getByRole("main").getByRole("link", { name: "Overview" }).click();
    await summary().waitFor();
  });

  /** Opens the page with a state that the server would send, changed. */
  const pretend = async (address: string, change: (state: LiveState) => object): Promise<void> => {
    const [event] = (await liveEvents(shown.console.url)).split("\n\n");
    const state = JSON.parse(event?.slice("data: ".length) ?? "") as LiveState;
    const body = `data: ${JSON.stringify({ ...state, ...change(state) })}\n\n`;
    await page.route("**/api/live", (route) => route.fulfill({ contentType: "text/event-stream", body }));
    await go(address);
    await page.reload();
  };

  it("show the progress of a long patch run", async () => {
    await pretend("flow", () => ({ progress: { done: 1_200, total: 5_000 } }));
    await page.getByText("1,200 of 5,000 nodes done").waitFor();
  });

  it("say how old an account's findings are, and that its console has ended", async () => {
    await pretend("overview", ({ about, findings, now }) => ({
      about: { ...about, kind: "account", timeScale: undefined, organization: true, views: ["overview", "findings"] },
      canRefresh: true,
      findings: { ...findings, readAt: new Date(Date.parse(now) - 3 * 60_000).toISOString() },
    }));
    const header = page.getByRole("banner");
    await header.getByText("read 3 minutes ago").waitFor();
    await header.getByText("disconnected: the console has ended").waitFor();
    await header.getByRole("button", { name: "Read again" }).waitFor();
    expect(await header.innerText()).to.match(/all accounts and Regions of the organization/);
    const views = page.getByRole("navigation", { name: "Views" }).getByRole("link");
    expect(await views.allInnerTexts()).to.deep.equal(["Overview", "Findings"]);
  });

  it("open the queue of an outage", async () => {
    await go("flow");
    await page.getByRole("switch", { name: "Simulate an outage" }).click();
    await page
      .getByRole("status")
      .getByText(/Security Hub is unavailable/)
      .waitFor();
    await page.getByLabel("Nodes to patch").selectOption({ label: "all nodes" });
    await page.getByRole("button", { name: "Patch these nodes" }).click();
    await page.getByText(/^\d+ nodes patched\.$/).waitFor();
    await page.getByRole("link", { name: /^Outage queue [1-9]\d* messages?, \d+ nodes?$/ }).click();
    await page.getByRole("heading", { name: "Outage queue" }).waitFor();
    await page.getByText(/Security Hub is unavailable/).waitFor();
    await go("flow");
    await page.getByRole("switch", { name: "Simulate an outage" }).click();
    await page.getByText("Security Hub answers again.").waitFor();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`are accessible and fit a phone, ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      for (const view of ["overview", "flow", "bananas"]) {
        await go(view);
        await page.getByRole("main").getByRole("heading").first().waitFor();
        expect(await accessibilityProblems(page), view).to.deep.equal([]);
        await page.setViewportSize({ width: 390, height: 844 });
        expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth"), view).to.be.at.most(0);
        await page.setViewportSize({ width: 1280, height: 860 });
      }
    });
  }
});
