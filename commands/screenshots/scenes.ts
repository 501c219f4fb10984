/** Drives the console in a browser, for its pictures and its recording. */
import type { Browser, Page } from "playwright-core";
import * as z from "zod";
import { realTime } from "../../local/run/clock.ts";
import type { Frame } from "./recording.ts";

/** Where a picture is taken. */
export interface Scene {
  readonly file: string;
  readonly address: string;
  readonly width: number;
  readonly height: number;
  /** An element that is drawn when the page is complete. */
  readonly ready: string;
}

export const SCENES: readonly Scene[] = [
  { file: "overview.png", address: "#/overview", width: 1100, height: 640, ready: ".trend svg" },
  { file: "findings.png", address: "#/findings", width: 1180, height: 620, ready: "tbody tr" },
  {
    file: "finding.png",
    address: "#/findings/i-0a11c2e5d7f90b3a1",
    width: 1100,
    height: 700,
    ready: "text=KB5066133",
  },
  { file: "flow.png", address: "#/flow", width: 1240, height: 620, ready: "svg.flow" },
];

/** Taken after the outage. */
export const LATER_SCENES: readonly Scene[] = [
  { file: "executions.png", address: "#/executions", width: 1280, height: 860, ready: "svg.state-machine" },
];

/** Takes one picture, in the light theme and with times in UTC. */
export async function picture(browser: Browser, url: string, scene: Scene): Promise<Buffer> {
  const { page, close } = await opened(browser, scene.width, scene.height);
  await page.goto(`${url}/${scene.address}`);
  await page.locator(scene.ready).first().waitFor();
  await pause(500);
  const image = await page.screenshot({ animations: "disabled" });
  await close();
  return image;
}

async function opened(browser: Browser, width: number, height: number) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: "light", timezoneId: "UTC" });
  // Timers of the browser's driver follow the run's clock, which is faster.
  context.setDefaultTimeout(0);
  const page = await context.newPage();
  return { page, close: () => context.close() };
}

/** A part of the recording: what a person does, and for how many seconds its stills are shown. */
interface Part {
  readonly caption: string;
  readonly act: (page: Page) => Promise<void>;
  /** A text of the flow's picture that ends the part. */
  readonly until: RegExp;
  readonly seconds: number;
}

const press = (name: string) => (page: Page) => page.getByRole("button", { name, exact: true }).click();
const outage = (page: Page) => page.getByRole("switch", { name: "Simulate an outage" }).click();

const PARTS: readonly Part[] = [
  {
    caption: "16 servers are noncompliant, and each has one finding in Security Hub.",
    act: () => Promise.resolve(),
    until: /Security Hub: 16 open findings/,
    seconds: 4,
  },
  { caption: "Security Hub becomes unavailable.", act: outage, until: /Security Hub: 16 unavailable/, seconds: 3 },
  {
    caption: "5 servers are patched. Their findings cannot close now, so the servers wait in the outage queue.",
    act: press("Patch these nodes"),
    until: /Outage queue: 1 message, 5 nodes/,
    seconds: 5,
  },
  {
    caption: "Security Hub is available again. Redrive retries the servers.",
    act: async (page) => {
      await outage(page);
      await press("Redrive now")(page);
    },
    until: /Outage queue: 0 messages/,
    seconds: 4,
  },
  {
    caption: "5 findings are closed, with proof. Nothing was lost.",
    act: () => Promise.resolve(),
    until: /Security Hub: 11 open findings/,
    seconds: 4,
  },
];

/** Stills of one part that are kept. */
const MOST_STILLS = 5;
const EVERY_MS = 150;
/** Longer than any part takes at the run's speed. */
const LONGEST_MS = 60_000;

/**
 * Plays an outage, parking and recovery, and returns the stills of the flow.
 *
 * @throws {Error} if a part does not end within a minute
 */
export async function playOutage(browser: Browser, url: string): Promise<{ frames: Frame[]; box: Box }> {
  const { page, close } = await opened(browser, 1280, 860);
  await page.goto(`${url}/#/flow`);
  await page.locator("svg.flow").waitFor();
  const frames: Frame[] = [];
  for (const part of PARTS) frames.push(...(await play(page, part)));
  const [, , width = 0, height = 0] = (await page.locator("svg.flow").getAttribute("viewBox"))?.split(" ") ?? [];
  await close();
  return { frames, box: { width: Number(width), height: Number(height) } };
}

interface Box {
  readonly width: number;
  readonly height: number;
}

async function play(page: Page, { caption, act, until, seconds }: Part): Promise<Frame[]> {
  const stills: string[] = [];
  const keep = async (): Promise<boolean> => {
    const [words, picture] = await flowOf(page);
    if (stills.at(-1) !== picture) stills.push(picture);
    return until.test(words);
  };
  await act(page);
  const started = realTime.now();
  while (!(await keep())) {
    if (realTime.now() - started > LONGEST_MS) throw new Error(`the recording waits for ${String(until)} in vain`);
    await pause(EVERY_MS);
  }
  const chosen = stills.slice(-MOST_STILLS);
  // The end of the part is what a reader needs time for.
  const short = chosen.length === 1 ? 0 : (seconds * 0.4) / (chosen.length - 1);
  const long = seconds - short * (chosen.length - 1);
  return chosen.map((picture, index) => ({ caption, picture, seconds: index === chosen.length - 1 ? long : short }));
}

/** Copies the picture without its animations, which run once in the page. */
const STILL = `(() => {
  const copy = document.querySelector("svg.flow").cloneNode(true);
  for (const pulse of copy.querySelectorAll(".pulse")) pulse.remove();
  for (const name of ["role", "aria-label"]) copy.removeAttribute(name);
  return new XMLSerializer().serializeToString(copy);
})()`;

/** Returns what the picture says, and the picture. */
async function flowOf(page: Page): Promise<readonly [words: string, picture: string]> {
  const flow = page.locator("svg.flow");
  const words = (await flow.getAttribute("aria-label")) ?? "";
  return [words, z.string().parse(await page.evaluate(STILL))];
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void realTime.setTimeout(resolve, milliseconds));
