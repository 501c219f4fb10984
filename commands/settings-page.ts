import { troubleOf, writeOrCheck, type GeneratedFile } from "../command-line/generated-file.ts";
import { exitCodeOrRefusal } from "../command-line/input-error.ts";
import { SETTING_GROUPS } from "../infra/settings/shape.ts";
import { strictCommand } from "./account/command.ts";
import { settingsPage } from "./settings-page/page.ts";

/** The page that lists all settings. */
export const SETTINGS_PAGE = "docs/settings.md";

const generated = (path: string): GeneratedFile => ({
  path,
  noun: "the page",
  source: "the settings in infra/settings",
  remedy: "run npm run settings to write it again",
  done: `wrote ${path}`,
  content: () => settingsPage(SETTING_GROUPS),
});

/** Returns one line that says why a page is out of date, or undefined if it matches the settings. */
export const settingsPageTrouble = (page: string): Promise<string | undefined> => troubleOf(generated(page));

async function main(): Promise<number> {
  const { check = false } = strictCommand("settings", `Writes ${SETTINGS_PAGE} from the settings in infra/settings.`, [
    "",
    "--check",
  ])
    .option("--check", "change nothing; exit code 1 if the page is out of date")
    .parse()
    .opts<{ check?: true }>();
  return writeOrCheck(generated(SETTINGS_PAGE), check);
}

if (import.meta.main) process.exitCode = await exitCodeOrRefusal(main);
