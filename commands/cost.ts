import { withExamples } from "../command-line/examples.ts";
import { Command } from "commander";
import Table from "cli-table3";
import { readConfigFile, withSetting } from "../local/program/config-file.ts";
import { captureGraph } from "../local/program/graph.ts";
import { exitCodeOrRefusal } from "../command-line/input-error.ts";
import { decimal, integer, parsed } from "../local/run/options.ts";
import { printable } from "../command-line/terminal.ts";
import { counted } from "../contract/counted.ts";
import { jsonText } from "../presentation/findings/text.ts";
import { deploymentOf, figuresOfFile, measure } from "./cost/figures.ts";
import { monthlyCost, type Demand, type Figures, type Line, type Scenario } from "./cost/model.ts";
import { readPrices, type PriceList } from "./cost/prices.ts";

interface Options {
  readonly nodes: number;
  readonly scansPerDay: number;
  readonly noncompliant?: number;
  readonly sweepHours?: number;
  readonly report?: string;
  readonly prices?: string;
  readonly config: string;
  readonly json: boolean;
}

/**
 * Parses the command line of `npm run cost`. Help ends the process.
 *
 * @throws {InputError} if the command line is wrong
 * @example const { nodes } = parseOptions(["--nodes", "100", "--scans-per-day", "1"]);
 */
export function parseOptions(args: readonly string[]): Options {
  const command = withExamples(new Command("npm run cost --"), ["--nodes 1000 --scans-per-day 1"])
    .description("Estimates the monthly cost in one Region, from the figures of local runs and a price list.")
    .requiredOption(
      "--nodes <n>",
      "number of managed nodes; 0 shows the cost of an idle deployment",
      integer(0, 10_000_000),
    )
    .requiredOption("--scans-per-day <m>", "patch operations per node per day", decimal(0, 1440))
    .option(
      "--noncompliant <percent>",
      "share of nodes with a finding, in percent; default: the share in the run",
      decimal(0, 100),
    )
    .option("--sweep-hours <h>", "overrides the setting sweepHours", integer(1, 72))
    .option("--report <file>", "use the figures of this run (npm start -- --once --sweep --report FILE)")
    .option("--prices <file>", "your prices and assumptions, in the form of commands/cost/prices.json")
    .option("--config <file>", "stack settings", "Pulumi.dev.yaml")
    .option("--json", "print JSON", false)
    .allowExcessArguments(false);
  return parsed(command, args).opts<Options>();
}

async function scenariosOf({ nodes, config, report }: Options, settings: object): Promise<Scenario[]> {
  if (report !== undefined) {
    const figures = await figuresOfFile(report, config, { ...settings });
    return [{ name: "as in the report", spread: "together", scans: figures, sweeps: figures }];
  }
  const { together, oneByOne } = await measure(nodes, config, { ...settings });
  return [
    { name: "together", spread: "together", scans: together, sweeps: together },
    { name: "one by one", spread: "oneByOne", scans: oneByOne, sweeps: together },
  ];
}

async function graphOf(config: string, settings: object) {
  const stack = Object.entries(settings).reduce(
    (all, [setting, value]) => withSetting(all, setting, value),
    await readConfigFile(config),
  );
  return captureGraph({ config: stack });
}

/** Prints the monthly cost and returns the exit code 0. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  const prices = await readPrices(options.prices);
  const { sweepHours } = options;
  const settings = sweepHours === undefined ? {} : { sweepHours };
  const deployment = deploymentOf(await graphOf(options.config, settings));
  const scenarios = await scenariosOf(options, settings);
  const results = scenarios.map((scenario) => {
    const { scans, sweeps } = scenario;
    const percent = options.noncompliant ?? (100 * sweeps.noncompliant) / sweeps.nodes;
    const demand: Demand = { ...options, noncompliantShare: percent / 100 };
    const lines = monthlyCost(demand, scenario, deployment, prices);
    return { name: scenario.name, figures: scans, noncompliantPercent: percent, lines, ...totals(lines) };
  });
  if (options.json) console.log(jsonText({ deployment, prices, results }));
  else console.log([...results.map(figuresText), costTable(results, prices), footnote(prices)].join("\n"));
  return 0;
}

type Result = Totals & { readonly name: string; readonly figures: Figures; readonly lines: readonly Line[] };
type Totals = ReturnType<typeof totals>;

function totals(lines: readonly Line[]) {
  return {
    usd: lines.reduce((sum, { usd }) => sum + usd, 0),
    usdAfterFree: lines.reduce((sum, { usdAfterFree }) => sum + usdAfterFree, 0),
  };
}

function figuresText({ name, figures }: Result): string {
  const { attempts, executions, messages, transitions, functions, metrics } = figures;
  const used = Object.entries(functions).map(
    ([entry, { invocations, logBytes }]) => `${entry} ${invocations} (${logBytes} B)`,
  );
  return [
    `measured, ${name}: ${counted(attempts, "attempt")} in ${counted(executions, "execution")}; ` +
      `${counted(transitions, "state transition")}, ${counted(messages, "message")}, ${counted(metrics.length, "metric")}`,
    `  invocations (bytes logged): ${used.join(", ")}`,
  ].join("\n");
}

function costTable(results: readonly Result[], { prices }: PriceList): string {
  const [first] = results;
  const head = ["per month, one Region", "USD per unit", ...results.flatMap(({ name }) => [name, "USD"])];
  const style = { head: [], border: [], compact: true };
  const colAligns = head.map((_, index): "left" | "right" => (index === 0 ? "left" : "right"));
  const table = new Table({ head, colAligns, style });
  for (const [index, { item }] of (first?.lines ?? []).entries()) {
    const { unit, usd } = prices[item];
    const cells = results.flatMap(({ lines }) => [shown(lines[index]?.amount ?? 0), money(lines[index]?.usd ?? 0)]);
    table.push([printable(unit), shownPrice(usd), ...cells]);
  }
  table.push(["total at list price", "", ...results.flatMap(({ usd }) => ["", money(usd)])]);
  const free = results.flatMap(({ usdAfterFree }) => ["", money(usdAfterFree)]);
  table.push(["total after the free allowances, if nothing else uses them", "", ...free]);
  return table.toString();
}

const shownPrice = (usd: number): string => usd.toLocaleString("en-US", { maximumFractionDigits: 10 });
const money = (usd: number): string => usd.toFixed(2);
const shown = (amount: number): string =>
  amount.toLocaleString("en-US", { maximumFractionDigits: amount < 10 ? 3 : 0 });

function footnote({ source }: PriceList): string {
  return printable(`Prices and durations are assumptions, not measured. Prices: ${source}`);
}

if (import.meta.main) process.exitCode = await exitCodeOrRefusal(() => main(process.argv.slice(2)));
