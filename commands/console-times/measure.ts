import type { Browser, Page } from "playwright-core";
import { realTime } from "../../local/run/clock.ts";
import type { MeasuredView } from "./addresses.ts";

/** What one view took. */
export interface ViewTimes {
  readonly name: string;
  /** Bytes of the answers that the view read. */
  readonly bytes: number;
  /** Elements on the page. Absent without a browser. */
  readonly elements?: number;
  /** From the click to the drawn data, or of the answers alone without a browser. */
  readonly milliseconds: readonly number[];
}

/** Changes a finding, so that nothing that was computed before can be used. */
export type Change = () => Promise<unknown>;

interface Measurement {
  readonly url: string;
  readonly views: readonly MeasuredView[];
  readonly visits: number;
  readonly change: Change;
}

/** Opens each view several times, each time after a change of the findings. */
export async function measureInBrowser(browser: Browser, measured: Measurement): Promise<ViewTimes[]> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  // The timers follow the clock of the run, which is faster.
  context.setDefaultTimeout(0);
  const page = await context.newPage();
  let bytes: Promise<number>[] = [];
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.startsWith("/api/") && pathname !== "/api/live") {
      bytes.push(
        response.body().then(
          ({ length }) => length,
          () => 0,
        ),
      );
    }
  });
  await page.goto(measured.url);
  const times: ViewTimes[] = [];
  for (const view of measured.views) {
    const visits: Visit[] = [];
    let read: number[] = [];
    for (let visit = 0; visit < measured.visits; visit += 1) {
      await visitOf(page, AWAY);
      await measured.change();
      bytes = [];
      visits.push(await visitOf(page, view));
      read = await Promise.all(bytes);
    }
    times.push({
      name: view.name,
      bytes: read.reduce((sum, one) => sum + one, 0),
      elements: Math.max(...visits.map(({ elements }) => elements)),
      milliseconds: visits.map(({ milliseconds }) => milliseconds),
    });
  }
  await context.close();
  return times;
}

interface Visit {
  readonly milliseconds: number;
  readonly elements: number;
}

/** A page without data. */
const AWAY = { address: "#/no-view", drawn: "main h2" };

/** Clicks the link to a view, or changes the address if no link is shown, and waits until its data are drawn. */
async function visitOf(page: Page, { address, drawn }: Pick<MeasuredView, "address" | "drawn">): Promise<Visit> {
  const words = [address, drawn].map((word) => JSON.stringify(word));
  return page.evaluate<Visit>(`(${VISIT})(${words.join(", ")})`);
}

/** Runs in the page, whose types this project does not have here. A message comes after the frame was drawn. */
const VISIT = `async (address, drawn) => {
  const link = document.querySelector('header nav a[href="' + address + '"]');
  const away = document.querySelector("main").firstElementChild;
  const start = performance.now();
  if (link) link.click(); else location.hash = address;
  const frame = () => new Promise(requestAnimationFrame);
  while (away?.isConnected && location.hash !== address) await frame();
  await frame();
  while (!drawn.split(", ").some((one) => document.querySelector(one)) || document.querySelector("main .loading")) await frame();
  await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(0);
  });
  return { milliseconds: performance.now() - start, elements: document.querySelectorAll("*").length };
}`;

/** Reads the answers of each view several times, each time after a change of the findings. */
export async function measureAnswers({ url, views, visits, change }: Measurement): Promise<ViewTimes[]> {
  const times: ViewTimes[] = [];
  for (const { name, reads } of views) {
    const milliseconds: number[] = [];
    let bytes = 0;
    for (let visit = 0; visit < visits; visit += 1) {
      await change();
      const start = realTime.now();
      const texts = await Promise.all(reads.map(async (path) => (await fetch(`${url}${path}`)).text()));
      milliseconds.push(realTime.now() - start);
      bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    }
    times.push({ name, bytes, milliseconds });
  }
  return times;
}
