import { withExamples } from "../command-line/examples.ts";
import { Command, Option } from "commander";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readConfigFile } from "../local/program/config-file.ts";
import { exitCodeOrRefusal, InputError } from "../command-line/input-error.ts";
import { integer, parsed } from "../local/run/options.ts";
import { counted } from "../contract/counted.ts";
import { campaignText, runText } from "./chaos/campaign-text.ts";
import { playAll } from "./chaos/workers.ts";

interface Options {
  readonly seed: number;
  readonly runs?: number;
  readonly run?: number;
  readonly jobs: number;
  readonly keep?: string;
  readonly config: string;
}

const MOST_RUNS = 10_000;
const DEFAULT_RUNS = 10;

/**
 * Parses the command line of `npm run chaos`. Help ends the process.
 *
 * @throws {InputError} if the command line is wrong
 * @example const { seed } = parseOptions(["--seed", "1", "--runs", "10"]);
 */
export function parseOptions(args: readonly string[]): Options {
  const command = withExamples(new Command("npm run chaos --"), ["--runs 20", "--seed 7 --run 3 --keep repeat"])
    .description("Breaks API calls at random in local runs, and compares the results with runs without faults.")
    .option("--seed <s>", "the same seed gives the same fleets, events and faults", integer(0, 2 ** 32 - 1), 1)
    .option("--runs <n>", `number of runs, 1 to ${MOST_RUNS} (default: ${DEFAULT_RUNS})`, integer(1, MOST_RUNS))
    .option("--run <k>", "repeat only this run of the seed", integer(1, MOST_RUNS))
    .addOption(
      new Option("--jobs <j>", "number of processes, 1 to 32")
        .argParser(integer(1, 32))
        .default(defaultJobs(), "one per CPU, at most 8"),
    )
    .option("--keep <dir>", "keep each phase's fleet, events and faults here, as input for npm start")
    .option("--config <file>", "stack settings", "Pulumi.dev.yaml")
    .allowExcessArguments(false);
  const options = parsed(command, args).opts<Options>();
  if (options.run !== undefined && options.runs !== undefined) {
    throw new InputError("--run and --runs cannot be used together; remove one of them");
  }
  return options;
}

const defaultJobs = (): number => Math.min(availableParallelism(), 8);

/** Runs the campaign and returns the exit code: 0 if no run differs from its calm run, 1 if one does. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  await readConfigFile(options.config);
  const { seed, run, runs = DEFAULT_RUNS, jobs, config } = options;
  const numbers = run === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [run];
  console.log(`${counted(numbers.length, "run")}, seed ${seed}; each run prints a line when it ends`);
  const folder = await folderFor(options);
  try {
    const assignment = { seed, runs: numbers, folder, config };
    const results = await playAll(assignment, jobs, (result) => {
      console.log(runText(result));
    });
    console.log(campaignText(results, seed));
    return results.every(({ violations }) => violations.length === 0) ? 0 : 1;
  } finally {
    if (options.keep === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function folderFor({ keep }: Options): Promise<string> {
  if (keep === undefined) return mkdtemp(join(tmpdir(), "chaos-"));
  try {
    await mkdir(keep, { recursive: true });
  } catch (error) {
    throw new InputError(
      `--keep ${keep}: cannot be created: ${error instanceof Error ? error.message : String(error)}; give another directory`,
    );
  }
  return resolve(keep);
}

if (import.meta.main) process.exitCode = await exitCodeOrRefusal(() => main(process.argv.slice(2)));
