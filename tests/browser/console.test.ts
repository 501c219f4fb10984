import { expect } from "chai";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page, Request } from "playwright-core";
import { localSource } from "../../local/console-source/local-source.ts";
import type { FleetPage } from "../../console/api.ts";
import { startConsole } from "../../console/server.ts";
import { accessibilityProblems, browserAndRun, openPage, typedAmidRendering, type OpenPage } from "./console-page.ts";
import type { ShownRun } from "../fixtures/shown-run.ts";

/** `npm run screenshots` copies what the README shows from here. */
const PICTURES = join(import.meta.dirname, "..", "..", "dist", "screenshots");
const VIEWS = ["Overview", "Flow", "Findings", "Executions", "Fleet"];

describe("console in a browser", () => {
  let browser: Browser;
  let shown: ShownRun;
  let open: OpenPage;
  let page: Page;

  before(async function () {
    [browser, shown] = await browserAndRun(this, closing, ["--time-scale", "300"]);
    await mkdir(PICTURES, { recursive: true });
  });
  const closing: (() => Promise<void>)[] = [];
  after(() => Promise.all(closing.map((close) => close())));
  beforeEach(async () => {
    open = await openPage(browser, shown.console.url, { permissions: ["clipboard-read", "clipboard-write"] });
    page = open.page;
  });
  afterEach(async () => {
    await page.context().close();
    expect(open.problems).to.deep.equal([]);
    expect(shown.failures).to.deep.equal([]);
  });

  const view = async (name: string): Promise<void> => {
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name }).click();
    await page.getByRole("main", { name }).waitFor();
  };
  const rows = () => page.locator(".cards tbody tr");
  /** Waits for the table to show so many rows, and no more. */
  const expectRows = async (count: number, what = count === 1 ? "finding" : "findings"): Promise<void> => {
    await page.getByText(new RegExp(`of ${count} ${what}$`)).waitFor();
    expect(await rows().count()).to.equal(count);
  };

  /** Waits until the picture of the flow says so. */
  const picture = (words: RegExp) => page.getByRole("group", { name: words }).waitFor();

  it("shows the data flow with its counts", async () => {
    await view("Flow");
    await picture(/Event bus: \d+ events; Rules: \d+ matched; Work queue: 0 messages.*Security Hub: 16 open findings/);
  });

  it("sorts findings by the heads of the columns", async () => {
    await view("Findings");
    await expectRows(16);
    await page.getByRole("button", { name: "Managed node" }).click();
    await page.locator("th[aria-sort=ascending]", { hasText: "Managed node" }).waitFor();
    await page.getByRole("button", { name: "Managed node" }).click();
    await page.locator("th[aria-sort=descending]", { hasText: "Managed node" }).waitFor();
    await rows().first().getByText("web-win-1.corp.example.com").waitFor();
  });

  it("opens a finding: what is wrong, why, what to do, its patches, its history, and the JSON", async () => {
    await view("Findings");
    await page.getByRole("link", { name: "web-win-1.corp.example.com" }).click();
    const finding = page.getByRole("article", { name: "Finding" });
    await finding.getByRole("link", { name: "CVE-2026-40361" }).waitFor();
    expect(await finding.innerText()).to.match(/What to do[^]*KB5068781[^]*Why this severity[^]*History/);
    await page.screenshot({ path: join(PICTURES, "finding.png") });
    await finding.getByText("JSON (ASFF)").click();
    await finding.getByRole("button", { name: "Copy JSON" }).click();
    await finding.getByText("Copied.").waitFor();
    const copied = JSON.parse(String(await page.evaluate("navigator.clipboard.readText()"))) as {
      SchemaVersion?: string;
    };
    expect(copied.SchemaVersion).to.equal("2018-10-08");
  });

  it("can be used by keyboard alone", async () => {
    await page.getByRole("link", { name: "Findings", exact: true }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).to.match(/Skip/);
    for (let link = 0; link < 3; link += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("main", { name: "Findings" }).waitFor();
    await expectRows(16);
    await page.getByRole("link", { name: "web-win-1.corp.example.com" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: "Finding" }).getByRole("heading", { level: 2 }).waitFor();
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).to.equal("solid");
  });

  it("parks work while Security Hub is unavailable, redrives it, and shows the path of an execution", async () => {
    await view("Flow");
    const box = (label: string) => page.locator("svg.flow .box", { hasText: label });
    const toggle = page.getByRole("switch", { name: "Simulate an outage" });
    await toggle.click();
    await box("Security Hub").getByText("unavailable").waitFor();
    await page.getByRole("button", { name: "Patch these nodes" }).click();
    await page.getByText("5 nodes patched.").waitFor();
    await picture(/Outage queue: [1-9]/);
    await page.screenshot({ path: join(PICTURES, "flow.png") });
    await toggle.click();
    await page.getByText("Security Hub answers again.").waitFor();
    await page.getByRole("button", { name: "Redrive now" }).click();
    await picture(/Outage queue: 0/);
    await page.getByText(/^[3-5] archived findings/).waitFor();

    await view("Executions");
    await rows().filter({ hasText: "parked" }).first().getByRole("link").click();
    const machine = page.locator("svg.state-machine");
    await machine.locator(".caught", { hasText: "Publish" }).waitFor();
    await machine.locator(".succeeded", { hasText: "ParkForRedrive" }).waitFor();
    expect(await machine.locator(".edge.catch.taken").count()).to.equal(1);
    await page.locator(".steps summary", { hasText: "Publish" }).click();
    await page.locator(".steps").getByText("Caught: SecurityHubUnavailable").waitFor();
    // The payload is read when the step is opened.
    await page.locator(".steps pre").getByText('"references"').first().waitFor();
    await page.setViewportSize({ width: 1280, height: 1500 });
    await page.screenshot({ path: join(PICTURES, "executions.png") });
  });

  it("patches and scans the nodes that are selected in the fleet", async () => {
    await view("Fleet");
    await page
      .getByRole("row", { name: /i-0c22d9f2e4a67c0b8/ })
      .getByRole("checkbox")
      .check();
    await page.getByRole("button", { name: "Scan selected nodes" }).click();
    await page.getByText("1 node scanned.").waitFor();
    await page.getByRole("searchbox", { name: "Search managed nodes" }).fill("new-u");
    await expectRows(1, "managed node");
    expect(page.url()).to.match(/#\/fleet\?q=new-u$/);
    expect(await page.getByText("1 node selected").count()).to.equal(0);
    await page.goBack();
    await page.getByRole("main", { name: "Overview" }).waitFor();
    await view("Fleet");
    await page
      .getByRole("group", { name: "Compliance" })
      .getByRole("button", { name: /never scanned/ })
      .click();
    await expectRows(1, "managed node");
    expect(await rows().innerText()).to.match(/new-ubuntu-3/);
  });

  it("says what is known about a node without a finding", async () => {
    const held = new Set(shown.run.hub.held().map(({ Id }) => /m?i-[0-9a-f]{17}/.exec(String(Id))?.[0]));
    const answer = await page.request.get(`${shown.console.url}/api/fleet?compliance=compliant`);
    const { rows: nodes } = (await answer.json()) as FleetPage;
    const nodeId = nodes.find((node) => !held.has(node.nodeId))?.nodeId ?? "";
    await page.goto(`${shown.console.url}/#/findings/${nodeId}`);
    await page.getByRole("heading", { name: "This node has no finding" }).waitFor();
    await page.getByText(/Compliant since the last operation/).waitFor();
    await page.getByRole("link", { name: "Executions of this node" }).click();
    await page.getByRole("button", { name: /^[1-9]\d* in total$/ }).waitFor();
    await page.getByText("Findings of these nodes").click();
    await page.locator(".node-links a").first().waitFor();
    await page.getByRole("button", { name: /^\d+ failed$/ }).click();
    await page.getByText("No executions match these filters.").waitFor();
    expect(page.url()).to.match(/#\/executions\?node=m?i-[0-9a-f]+&status=failed$/);
  });

  it("keeps every letter that is typed while the fleet changes", async () => {
    await view("Fleet");
    await rows().first().waitFor();
    expect(await typedAmidRendering(page, "n")).to.equal("n");
  });

  it("scrolls to an opened finding on a phone, and goes back to its row", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await view("Findings");
    const link = rows().last().getByRole("link");
    await link.click();
    await page.getByRole("article", { name: "Finding" }).getByRole("heading", { level: 2 }).waitFor();
    await page.locator(".details:focus").waitFor();
    expect(await page.evaluate("scrollY")).to.equal(0);
    await page.keyboard.press("Escape");
    expect(await page.locator("tr a:focus").textContent()).to.equal(await link.textContent());
  });

  it("accepts a URL that was typed by hand", async () => {
    await view("Findings");
    await page.goto(`${shown.console.url}/#/findings?severity=WORST`);
    await page.getByText('severity cannot be "WORST"').waitFor();
    await page.goto(`${shown.console.url}/#/executions/%E0%A4%A`);
    await rows().first().waitFor();
    await page.getByText("no such execution").waitFor();
    expect(open.problems.splice(0)).to.have.lengthOf(1);
  });

  it("closes its connection while it is hidden", async () => {
    await page.getByText("live", { exact: true }).waitFor();
    const turn = (state: string) =>
      page.evaluate(`Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true });
        document.dispatchEvent(new Event("visibilitychange"))`);
    const isLive = (request: Request) => request.url().endsWith("/api/live");
    await Promise.all([page.waitForEvent("requestfailed", isLive), turn("hidden")]);
    await Promise.all([page.waitForEvent("request", isLive), turn("visible")]);
  });

  it("says that the run has ended", async () => {
    const other = await startConsole(localSource(shown.run), 0, (error) => shown.failures.push(error));
    await page.goto(other.url);
    await page.getByText("live", { exact: true }).waitFor();
    await other.close();
    await page.getByText("disconnected: the run has ended").waitFor();
    await view("Flow");
    await page.getByRole("button", { name: "Patch these nodes" }).click();
    await page.getByText(/Failed: the console does not answer.*start it again/).waitFor();
    expect(open.problems.splice(0)).to.not.deep.equal([]);
  });

  it("has a report to download and print", async () => {
    await view("Findings");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "report (HTML)" }).click(),
    ]);
    expect(download.suggestedFilename()).to.equal("patch-findings.html");
    const printed = await page.context().newPage();
    await printed.setViewportSize({ width: 718, height: 1_000 }); // A4 between its margins
    await printed.emulateMedia({ media: "print" });
    await download.saveAs(join(PICTURES, "report.html"));
    await printed.goto(pathToFileURL(join(PICTURES, "report.html")).href);
    expect(await printed.evaluate("document.documentElement.scrollWidth")).to.be.at.most(718);
    const lines = "[...document.querySelectorAll('tbody th code')].map((id) => id.getClientRects().length)";
    expect(await printed.evaluate(`Math.max(...${lines})`), "lines of an id").to.equal(1);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const name of VIEWS) {
      it(`${name} is accessible, ${colorScheme}`, async () => {
        await page.emulateMedia({ colorScheme });
        await view(name);
        if (name === "Findings") await page.locator(".cards tbody a").first().click();
        await page.waitForLoadState("networkidle").catch(() => undefined);
        expect(await accessibilityProblems(page)).to.deep.equal([]);
      });
    }
  }

  const sizes = { desktop: [1280, 860], tablet: [820, 1100], phone: [390, 844] } as const;
  for (const [size, [width, height]] of Object.entries(sizes)) {
    it(`fits a ${size}`, async () => {
      await page.setViewportSize({ width, height });
      for (const name of VIEWS) {
        await view(name);
        await page.locator("svg.flow, .areas, .cards tbody tr").first().waitFor();
        await page.screenshot({ path: join(PICTURES, `${name.toLowerCase()}-${size}.png`) });
        expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth"), name).to.be.at.most(0);
      }
    });
  }
});
