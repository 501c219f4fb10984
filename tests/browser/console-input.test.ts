import { expect } from "chai";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../command-line/chromium.ts";
import { shownRun } from "../fixtures/shown-run.ts";
import { openPage } from "./console-page.ts";

const SAMPLE_FLEET = join(import.meta.dirname, "..", "..", "local", "sample-fleet");
const HOSTILE = `<img src=x onerror="document.title='owned'">"'&\u202E<script>document.title='owned'</script>`;
const MANY = 5_000;

describe("console in a browser, with hostile and large input", () => {
  let browser: Browser;
  const closing: (() => Promise<void>)[] = [];
  let directory: string;

  before(async function () {
    const launching = launchChromium();
    // How to get one stands in the log once, by the other file of browser tests.
    if (launching === undefined) return this.skip();
    browser = await launching;
    directory = await mkdtemp(join(tmpdir(), "console-"));
    closing.push(
      () => browser.close(),
      () => rm(directory, { recursive: true }),
    );
  });
  after(() => Promise.all(closing.map((close) => close())));

  /** The sample fleet with the text of one of its files changed. */
  async function fleetWith(name: string, change: (text: string) => string): Promise<string> {
    const folder = await mkdtemp(join(directory, "fleet-"));
    await cp(SAMPLE_FLEET, folder, { recursive: true });
    await writeFile(join(folder, name), change(await readFile(join(folder, name), "utf8")));
    return folder;
  }

  it("shows hostile names as text", async () => {
    const name = JSON.stringify(HOSTILE).slice(1, -1);
    const fleet = await fleetWith("describe-instance-information.json", (text) =>
      text.replaceAll("web-win-1.corp.example.com", name),
    );
    const rows = join(fleet, "list-compliance-items.json");
    const items = JSON.parse(await readFile(rows, "utf8")) as {
      ComplianceItems: { Title?: string; Status?: string }[];
    };
    for (const item of items.ComplianceItems) if (item.Status === "NON_COMPLIANT") item.Title = HOSTILE;
    await writeFile(rows, JSON.stringify(items));
    const shown = await shownRun(["--fleet", fleet, "--time-scale", "300"]);
    const { page, problems } = await openPage(browser, shown.console.url);
    try {
      for (const view of ["findings", "fleet"]) {
        await page.goto(`${shown.console.url}/#/${view}`);
        await page.getByText("<img src=x onerror").first().waitFor();
      }
      await page.goto(`${shown.console.url}/#/findings`);
      await page.locator("tr", { hasText: "i-0a11c2e5d7f90b3a1" }).getByRole("link").click();
      const finding = page.getByRole("article", { name: "Finding" });
      await finding.locator(".patches th", { hasText: "<img src=x onerror" }).first().waitFor();
      expect(await page.locator("img, #app script").count()).to.equal(0);
      expect(await page.title()).to.not.equal("owned");
      await page.goto(`${shown.console.url}/#/executions`);
      await page.locator(".steps summary", { hasText: "Gather" }).click();
      await page.locator(".steps pre:visible").first().waitFor();
      expect(await page.title()).to.not.equal("owned");
      expect([...problems, ...shown.failures]).to.deep.equal([]);
    } finally {
      await page.context().close();
      await shown.close();
    }
  });

  it(`stays usable with ${MANY} nodes and findings`, async () => {
    const fleet = await mkdtemp(join(directory, "many-"));
    const id = (index: number): string => `i-${index.toString(16).padStart(17, "0")}`;
    const all = Array.from({ length: MANY }, (_, index) => id(index));
    const product = "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default";
    const files = {
      "describe-instance-information.json": {
        InstanceInformationList: all.map((InstanceId) => ({ InstanceId, PingStatus: "Online", PlatformName: "Linux" })),
      },
      "describe-instance-patch-states.json": { InstancePatchStates: [] },
      "findings.json": {
        Findings: all.map((nodeId, index) => ({
          Id: `patch-manager-findings/eu-west-1/123456789012/${nodeId}`,
          ProductArn: product,
          GeneratorId: "patch-manager-findings",
          Severity: { Label: index % 2 === 0 ? "HIGH" : "LOW" },
          UpdatedAt: "2026-11-01T00:00:00.000Z",
          Resources: [{ Id: `arn:aws:ec2:eu-west-1:123456789012:instance/${nodeId}`, Type: "AwsEc2Instance" }],
        })),
      },
      "no-events.json": [],
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(fleet, name), JSON.stringify(content));
    const shown = await shownRun(["--fleet", fleet, "--events", join(fleet, "no-events.json")]);
    const { page, problems } = await openPage(browser, shown.console.url);
    try {
      for (const [view, what] of [
        ["findings", "findings"],
        ["fleet", "managed nodes"],
      ] as const) {
        await page.goto(`${shown.console.url}/#/${view}`);
        await page.getByText(`1–50 of ${MANY} ${what}`).waitFor();
        expect(await page.locator(".cards tbody tr").count()).to.equal(50);
        await page.getByRole("link", { name: "next" }).click();
        await page.getByText(`51–100 of ${MANY} ${what}`).waitFor();
      }
      const asked = await page.request.get(`${shown.console.url}/api/findings`);
      expect((await asked.body()).length, "bytes of one page of findings").to.be.below(100_000);
      expect([...problems, ...shown.failures]).to.deep.equal([]);
    } finally {
      await page.context().close();
      await shown.close();
    }
  });
});
