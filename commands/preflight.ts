import { exitCodeOrRefusal } from "../command-line/input-error.ts";
import { progressBar } from "../command-line/terminal.ts";
import { jsonText } from "../presentation/findings/text.ts";
import { regionCommand } from "./account/command.ts";
import { clientsFor } from "./preflight/account.ts";
import type { Line } from "./preflight/check.ts";
import { preflight, type Progress } from "./preflight/run.ts";
import { preflightSettings, type SettingsOptions } from "./preflight/settings.ts";
import { preflightTable, summary } from "./preflight/table.ts";

interface PreflightOptions extends SettingsOptions {
  readonly json: boolean;
}

/** @returns the exit code: 0 no problem, 1 a problem or a check that could not be done */
async function main(): Promise<number> {
  const options = regionCommand(
    "preflight",
    "Checks a real account before or after deployment, and says what to do about each line. Reads only.",
  )
    .option("--kms-key <arn>", "KMS key that the queues are to have")
    .option("--config <file>", "stack settings that are to work there; default: the program's defaults")
    .option("--json", "print the lines as JSON", false)
    .parse()
    .opts<PreflightOptions>();
  const { region, json } = options;
  const settings = await preflightSettings(options);
  const account = { region, settings, clients: clientsFor(region), now: () => new Date() };
  const lines = await withProgress((progress) => preflight(account, progress));
  console.log(json ? jsonText({ region, checks: lines }) : preflightTable(lines, roomOf(process.stdout)));
  if (!json) console.log(summary(lines));
  return lines.some(({ result }) => result === "problem" || result === "unchecked") ? 1 : 0;
}

/** Files and pipes take lines of any length. */
function roomOf({ isTTY, columns }: { readonly isTTY: boolean; readonly columns: number }): number | undefined {
  return isTTY ? columns : undefined;
}

async function withProgress(work: (progress: Progress) => Promise<Line[]>): Promise<Line[]> {
  let bar: ReturnType<typeof progressBar> | undefined;
  try {
    return await work((done, total) => {
      bar ??= progressBar(total, "checks");
      bar.update(done);
    });
  } finally {
    bar?.stop();
  }
}

if (import.meta.main) process.exitCode = await exitCodeOrRefusal(main);
