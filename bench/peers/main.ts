/** `npm run bench:peers`: this project's program and its peers on the same fleet, against the same stand-ins. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { withExamples } from "../../command-line/examples.ts";
import { exitCodeOrRefusal } from "../../command-line/input-error.ts";
import { printable } from "../../command-line/terminal.ts";
import { requireWritable, writeResult } from "../../command-line/writable-file.ts";
import { synthesizeFleet } from "../../local/fleet/synthetic-fleet.ts";
import { integer, parsed } from "../../local/run/options.ts";
import { jsonText } from "../../presentation/findings/text.ts";
import { custodian } from "./custodian.ts";
import { patchedFleet } from "./fleets.ts";
import { ours } from "./ours.ts";
import { prowler } from "./prowler.ts";
import { runScenarios, type Row } from "./scenarios.ts";
import { comparisonTable, fleetCalls } from "./table.ts";
import type { Tool } from "./tool.ts";

const TOOLS: Readonly<Record<string, (python: string) => Tool | Promise<Tool>>> = { ours, custodian, prowler };

interface Options {
  readonly nodes: number;
  readonly seed: number;
  readonly tools: readonly string[];
  readonly python: string;
  readonly json?: string;
}

function parseOptions(args: readonly string[]): Options {
  const names = Object.keys(TOOLS).join(",");
  const command = withExamples(new Command("npm run bench:peers --"), ["--nodes 100 --tools ours,custodian"])
    .description("Compares the program with Cloud Custodian and Prowler, on this machine and without AWS.")
    .option("--nodes <n>", "nodes of the synthetic fleet", integer(1, 10_000), 1000)
    .option("--seed <s>", "seed of the synthetic fleet", integer(0, 2 ** 32 - 1), 1)
    .option("--tools <list>", "comma-separated tools to run", toolNames, toolNames(names))
    .option("--python <file>", "Python 3.11 or later, for the peers and for measuring", "python3")
    .option("--json <file>", "write the rows to this file as JSON, with calls by operation")
    .allowExcessArguments(false);
  return parsed(command, args).opts<Options>();
}

function toolNames(text: string): string[] {
  const names = text.split(",");
  if (names.every((name) => Object.hasOwn(TOOLS, name))) return names;
  throw new InvalidArgumentError(`Allowed: ${Object.keys(TOOLS).join(",")}.`);
}

/** Runs every tool in every scenario. @returns the exit code: 1 if a tool made calls that nothing here answers */
async function main(args: readonly string[]): Promise<number> {
  const { nodes, seed, tools, python, json } = parseOptions(args);
  if (json !== undefined) await requireWritable(json, "the result");
  const before = synthesizeFleet({ nodes, seed, now: () => new Date() });
  const fleets = { before, patched: patchedFleet(before) };
  const rows: Row[] = [];
  const directory = await mkdtemp(join(tmpdir(), "peers-"));
  const report = (row: Row): void => {
    rows.push(row);
    const result = `${fleetCalls(row.apiCalls)} calls, ${row.reported} of ${row.noncompliant} reported`;
    console.error(`${row.tool}, ${row.scenario}: ${result}, ${row.seconds.toFixed(1)} s`);
  };
  try {
    for (const name of tools) {
      const tool = await TOOLS[name]?.(python);
      if (tool !== undefined) await runScenarios(tool, fleets, join(directory, name), report);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  if (json !== undefined) await writeResult(json, `${jsonText({ nodes, seed, rows })}\n`, "the result");
  console.log(comparisonTable(rows));
  const strays = [...new Set(rows.flatMap((row) => row.strays.map((stray) => `${row.tool}: ${stray}`)))];
  for (const stray of strays) console.error(printable(`not answered: ${stray}`));
  return strays.length === 0 ? 0 : 1;
}

process.exitCode = await exitCodeOrRefusal(() => main(process.argv.slice(2)));
