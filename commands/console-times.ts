import { Command } from "commander";
import { withExamples } from "../command-line/examples.ts";
import { userName } from "../command-line/user-name.ts";
import { exitCodeOrRefusal } from "../command-line/input-error.ts";
import { startConsole } from "../console/server.ts";
import type { ConsoleSource } from "../console/source.ts";
import { counted } from "../contract/counted.ts";
import { localSource } from "../local/console-source/local-source.ts";
import { integer, parsed, parseOptions as parseRunOptions } from "../local/run/options.ts";
import { startRun } from "../local/run/run.ts";
import { untilQueuesAreEmpty } from "../local/run/settling.ts";
import { findingView } from "../presentation/findings/finding-view.ts";
import { measuredViews } from "./console-times/addresses.ts";
import { HOW_TO_GET_CHROMIUM, launchChromium } from "../command-line/chromium.ts";
import { measureAnswers, measureInBrowser, type Change } from "./console-times/measure.ts";
import { MOST_MILLISECONDS, slowViews, timesTable } from "./console-times/times-table.ts";

const VISITS = 5;

interface Options {
  readonly nodes: number;
}

function parseOptions(args: readonly string[]): Options {
  const command = withExamples(new Command("npm run console-times --"), ["--nodes 5000"])
    .description(
      "Starts a local run and its console, opens every view, and prints how long each takes until its data are drawn.",
    )
    .option("--nodes <n>", "size of the synthetic fleet, 10 to 100000", integer(10, 100_000), 5_000)
    .allowExcessArguments(false);
  return parsed(command, args).opts<Options>();
}

/** Measures all views. @returns the exit code: 1 if a view takes too long */
async function main(args: readonly string[]): Promise<number> {
  const { nodes } = parseOptions(args);
  const run = await startRun(parseRunOptions(["--nodes", String(nodes), "--time-scale", "300"]));
  const source = localSource(run);
  const shown = await startConsole(source, 0, console.error);
  const browser = await launchChromium();
  try {
    await run.sendEvents();
    await untilQueuesAreEmpty(run);
    const { url } = shown;
    const measured = { url, views: await measuredViews(url), visits: VISITS, change: changeOf(source) };
    const times = browser === undefined ? measureAnswers(measured) : measureInBrowser(browser, measured);
    const table = timesTable(await times);
    const what = browser === undefined ? "answers alone" : "from the click to the drawn data";
    console.log(`${counted(nodes, "node")}, ${VISITS} visits, each after a change of a finding, ${what}:\n${table}`);
    if (browser === undefined) console.log(`The pages were not drawn: ${HOW_TO_GET_CHROMIUM}`);
    return verdict(slowViews(await times));
  } finally {
    await browser?.close();
    await shown.close();
    await run.close();
  }
}

function verdict(slow: readonly string[]): number {
  if (slow.length === 0) return 0;
  console.error(`above ${MOST_MILLISECONDS} ms: ${slow.join(", ")}`);
  return 1;
}

/** Returns a function that sets the workflow status of one finding back and forth. */
function changeOf({ findings, triage }: ConsoleSource): Change {
  const [asff] = findings().findings;
  const view = asff && findingView(asff);
  let count = 0;
  return async () => {
    if (view === undefined) return;
    count += 1;
    const { id, productArn } = view;
    await triage({ findings: [{ id, productArn }], status: count % 2 === 1 ? "NOTIFIED" : "NEW", by: userName() });
  };
}

if (import.meta.main) process.exitCode = await exitCodeOrRefusal(() => main(process.argv.slice(2)));
