/** Takes the pictures of the README and docs from a local run, and records which version of the page they show. */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HOW_TO_GET_CHROMIUM, launchChromium } from "../command-line/chromium.ts";
import { exitCodeOrRefusal, InputError } from "../command-line/input-error.ts";
import { pageAssets } from "../console/assets.ts";
import { startConsole } from "../console/server.ts";
import { localSource } from "../local/console-source/local-source.ts";
import { parseOptions } from "../local/run/options.ts";
import { startRun } from "../local/run/run.ts";
import { untilQueuesAreEmpty } from "../local/run/settling.ts";
import { strictCommand } from "./account/command.ts";
import { pageMark } from "./screenshots/page-mark.ts";
import { recording } from "./screenshots/recording.ts";
import { LATER_SCENES, picture, playOutage, SCENES } from "./screenshots/scenes.ts";

/** Where the pictures are, and the list of them. */
export const IMAGES = join(import.meta.dirname, "..", "docs", "images");
export const LIST = join(IMAGES, "pictures.json");

/** Which version of the page the pictures show, and what they contain. */
export interface PictureList {
  readonly page: string;
  /** File name -> SHA-256. */
  readonly pictures: Readonly<Record<string, string>>;
}

async function main(): Promise<number> {
  strictCommand("screenshots", "Takes the pictures of the README and docs from a local run.", [""]).parse();
  const browser = await launchChromium();
  if (browser === undefined) throw new InputError(HOW_TO_GET_CHROMIUM);
  const run = await startRun(parseOptions([]));
  const failures: unknown[] = [];
  const shown = await startConsole(localSource(run), 0, (error) => failures.push(error));
  try {
    await run.sendEvents();
    await untilQueuesAreEmpty(run);
    const files = new Map<string, string | Buffer>();
    for (const scene of SCENES) files.set(scene.file, await picture(browser, shown.url, scene));
    const { frames, box } = await playOutage(browser, shown.url);
    for (const scene of LATER_SCENES) files.set(scene.file, await picture(browser, shown.url, scene));
    const css = (await pageAssets()).get("/assets/page.css")?.body ?? "";
    files.set("recording.svg", recording(frames, { css, ...box }));
    await write(files);
  } finally {
    await browser.close();
    await shown.close();
    await run.close();
  }
  if (failures.length > 0) throw new AggregateError(failures, "the console failed while its pictures were taken");
  return 0;
}

async function write(files: ReadonlyMap<string, string | Buffer>): Promise<void> {
  for (const [name, content] of files) await writeFile(join(IMAGES, name), content);
  const pictures = Object.fromEntries(
    await Promise.all([...files.keys()].map(async (name) => [name, await contentHash(name)] as const)),
  );
  const list: PictureList = { page: await pageMark(), pictures };
  await writeFile(LIST, `${JSON.stringify(list, null, 2)}\n`);
  console.log(`${files.size} pictures in ${IMAGES}`);
}

/** Returns the SHA-256 of a picture. */
export async function contentHash(name: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(join(IMAGES, name)))
    .digest("hex");
}

if (import.meta.main) process.exitCode = await exitCodeOrRefusal(main);
