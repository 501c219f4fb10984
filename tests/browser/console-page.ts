/** A run with its console, open in a browser. Everything that a page must not do is recorded. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import * as z from "zod";
import { HOW_TO_GET_CHROMIUM, launchChromium } from "../../command-line/chromium.ts";
import { shownRun, type ShownRun } from "../fixtures/shown-run.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const violations = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

/**
 * Starts Chromium and a run with its console side by side. Skips the tests of the suite if there is no Chromium.
 *
 * @param closing receives what the suite closes at its end
 */
export async function browserAndRun(
  suite: Mocha.Context,
  closing: (() => Promise<void>)[],
  args: readonly string[],
): Promise<[Browser, ShownRun]> {
  const launching = launchChromium();
  if (launching === undefined) {
    console.log(HOW_TO_GET_CHROMIUM);
    return suite.skip();
  }
  const [browser, shown] = await Promise.all([launching, shownRun(args)]);
  closing.push(() => browser.close(), shown.close);
  return [browser, shown];
}

export interface OpenPage {
  readonly page: Page;
  /** Console errors, exceptions, and requests that leave the console. */
  readonly problems: string[];
}

export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  // Playwright's timers follow the virtual clock of the run, which is faster. Mocha ends a test that hangs.
  context.setDefaultTimeout(0);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) problems.push(`request to ${request.url()}`);
  });
  await page.goto(url);
  return { page, problems };
}

/** Returns the problems that axe finds, as `rule: element`. @param rules all if absent */
export async function accessibilityProblems(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  const options = rules === undefined ? {} : { runOnly: rules };
  const found: unknown = await page.evaluate(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return violations.parse(found).flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/**
 * Types into the search box of the fleet. In the same task, before the browser reports the new address, a check box
 * makes the page render. @returns what the box shows then
 */
export function typedAmidRendering(page: Page, text: string): Promise<unknown> {
  return page.evaluate(`(async () => {
    const input = document.querySelector("input[type=search]");
    input.value = ${JSON.stringify(text)};
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    document.querySelector("tbody input[type=checkbox]").click();
    for (let turn = 0; turn < 10; turn += 1) await null;
    return input.value;
  })()`);
}
