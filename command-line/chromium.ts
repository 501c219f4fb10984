import { chromium, type Browser } from "playwright-core";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The headless shell draws no toolbars, which takes half the time. */
const NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const ELSEWHERE = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** How to get a browser. */
export const HOW_TO_GET_CHROMIUM =
  "no Chromium found; install one (Debian: apt-get install chromium-headless-shell) or name it in CHROMIUM_PATH";

function chromiumPath(): string | undefined {
  const named = process.env["CHROMIUM_PATH"];
  if (named !== undefined && named !== "") return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...ELSEWHERE].find(existsSync);
}

/** Starts the Chromium of this machine. It reaches only this machine. @returns undefined if there is none */
export function launchChromium(): Promise<Browser> | undefined {
  const executablePath = chromiumPath();
  if (executablePath === undefined) return undefined;
  const args = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];
  // Chromium's sandbox refuses to work for root, as whom containers run.
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  return chromium.launch({ executablePath, args });
}
