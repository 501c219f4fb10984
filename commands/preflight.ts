import { exitCodeOrRefusal } from "../command-line/input-error.ts";
import { progressBar } from "../command-line/terminal.ts";
import { jsonText } from "../presentation/findings/text.ts";
import { regionCommand } from "./account/command.ts";
import { clientsFor } from "./preflight/account.ts";
import type { Line } from "./preflight/check.ts";
import { preflight, type Progress } from "./preflight/run.ts";
import { preflightSettings, type SettingsOptions } from "./preflight/settings.ts";
import { preflightTable, summary } from "./preflight/result-table.ts";

interface PreflightOptions extends SettingsOptions {
  readonly json: boolean;
}

/** Prints all checks and returns the exit code: 0 without a problem, 1 if a check found a problem or failed. */
async function main(): Promise<number> {
  const options = regionCommand(
    "preflight",
    "Checks a real account before or after deployment, and says what to do about each result. Only reads.",
    ["--region eu-west-1", "--region eu-west-1 --config Pulumi.dev.yaml"],
  )
    .option("--kms-key <arn>", "KMS key that the queues will use")
    .option("--config <file>", "stack settings to check; default: the program's defaults")
    .option("--json", "print the results as JSON", false)
    .parse()
    .opts<PreflightOptions>();
  const { region, json } = options;
  const settings = await preflightSettings(options);
  const account = { region, settings, clients: clientsFor(region), now: () => new Date() };
  const lines = await withProgress((progress) => preflight(account, progress));
  console.log(json ? jsonText({ region, checks: lines }) : preflightTable(lines, lineWidth(process.stdout)));
  if (!json) console.log(summary(lines));
  return lines.some(({ result }) => result === "problem" || result === "unchecked") ? 1 : 0;
}

/** Returns the characters in a terminal line. Undefined for files and pipes, whose lines may be of any length. */
function lineWidth({ isTTY, columns }: { readonly isTTY: boolean; readonly columns: number }): number | undefined {
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
