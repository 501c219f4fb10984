import { readFile, writeFile } from "node:fs/promises";
import { exitCodeOrRefusal } from "../command-line/input-error.ts";
import { requireWritable } from "../command-line/writable-file.ts";
import { SETTING_GROUPS } from "../infra/settings/shape.ts";
import { strictCommand } from "./account/command.ts";
import { settingsPage } from "./settings-page/page.ts";

/** The page that lists all settings. */
export const SETTINGS_PAGE = "docs/settings.md";

/** Returns one line that says why a page is out of date, or undefined if it matches the settings. */
export async function settingsPageTrouble(page: string): Promise<string | undefined> {
  const stored = await readFile(page, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (stored === settingsPage(SETTING_GROUPS)) return undefined;
  const state = stored === undefined ? "does not exist" : "does not match the settings in infra/settings";
  return `${page} ${state}; run npm run settings to write it again`;
}

async function main(): Promise<number> {
  const { check } = strictCommand("settings", `Writes ${SETTINGS_PAGE} from the settings in infra/settings.`)
    .option("--check", "change nothing; exit code 1 if the page is out of date")
    .parse()
    .opts<{ check?: true }>();
  if (check === undefined) {
    await requireWritable(SETTINGS_PAGE, "the page");
    await writeFile(SETTINGS_PAGE, settingsPage(SETTING_GROUPS));
    console.log(`wrote ${SETTINGS_PAGE}`);
    return 0;
  }
  const trouble = await settingsPageTrouble(SETTINGS_PAGE);
  console.log(trouble ?? `${SETTINGS_PAGE} is up to date`);
  return trouble === undefined ? 0 : 1;
}

if (import.meta.main) process.exitCode = await exitCodeOrRefusal(main);
