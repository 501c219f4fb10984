import { withExamples } from "../../command-line/examples.ts";
import { Command, InvalidArgumentError, Option } from "commander";
import { InputError } from "../../command-line/input-error.ts";
import { decimal, integer, parsed } from "../../local/run/options.ts";
import type { FilterLimit } from "./filter-values.ts";
import { PHASES, type Phase } from "./phases.ts";

/** The command line of `npm run bench`. */
export interface Options {
  readonly nodes: readonly number[];
  readonly phase: readonly Phase[];
  readonly rows: number;
  readonly seed: number;
  /** Undefined if no quota is enforced. */
  readonly ssmRate: readonly (number | undefined)[];
  readonly hostManagement: boolean;
  readonly filterLimit: FilterLimit;
  readonly json?: string;
  readonly config: string;
}

const FEWEST_NODES = 10;
const MOST_NODES = 100_000;
const MOST_ROWS = 2_000;
/** More rows need more memory than Node.js takes by default. */
const MOST_ROWS_IN_ALL = 2_000_000;
const DEFAULT_RATE = 20;
const DEFAULT_NODES = [1_000, 10_000];

interface Given extends Omit<Options, "ssmRate" | "filterLimit"> {
  readonly ssmRate?: readonly number[];
  readonly quotas: boolean;
  readonly oneType: boolean;
  readonly oneValue: boolean;
}

/**
 * Parses the command line of `npm run bench`. Help ends the process.
 *
 * @throws {InputError} if the command line is wrong
 * @example const { nodes } = parseOptions(["--nodes", "100,1000"]);
 */
export function parseOptions(args: readonly string[]): Options {
  const sizes = list(integer(FEWEST_NODES, MOST_NODES));
  const command = withExamples(new Command("npm run bench --"), [
    "--nodes 1000",
    "--nodes 1000,10000 --json bench.json",
  ])
    .description(
      "Runs the program over synthetic fleets under the quotas of AWS, in virtual time. Prints counts, which repeat for a seed, and times, which follow from assumed durations.",
    )
    .addOption(
      new Option("--nodes <n,...>", `sizes of the fleets, ${FEWEST_NODES} to ${MOST_NODES}`)
        .argParser(sizes)
        .default(DEFAULT_NODES, DEFAULT_NODES.join(",")),
    )
    .addOption(
      new Option("--phase <name,...>", `phases to measure: ${PHASES.join(", ")}`)
        .argParser(list(phase))
        .default([...PHASES], "all"),
    )
    .option("--rows <n>", "at least this many packages per node", integer(0, MOST_ROWS), 0)
    .option("--seed <s>", "the same seed gives the same counts", integer(0, 2 ** 32 - 1), 1)
    .option(
      "--ssm-rate <r,...>",
      `assumed calls per second for each operation of Systems Manager, which publishes no quotas (default: ${DEFAULT_RATE})`,
      list(decimal(1, 10_000)),
    )
    .option("--no-quotas", "enforce no quotas, to count the calls that the program needs")
    .option("--host-management", "cover some of the nodes by host management, which writes no patch state", false)
    .option("--one-type", "refuse a filter on ComplianceType with several values", false)
    .option("--one-value", "refuse any filter of ListResourceComplianceSummaries with several values", false)
    .option("--json <file>", "write the figures to this file as JSON")
    .option("--config <file>", "stack settings", "Pulumi.dev.yaml")
    .allowExcessArguments(false);
  return checked(parsed(command, args).opts<Given>());
}

function checked({ quotas, ssmRate, oneType, oneValue, ...options }: Given): Options {
  if (!quotas && ssmRate !== undefined) {
    throw new InputError("--no-quotas and --ssm-rate cannot be used together; remove one of them");
  }
  if (oneType && oneValue) {
    throw new InputError("--one-type and --one-value cannot be used together; remove one of them");
  }
  if (Math.max(...options.nodes) * options.rows > MOST_ROWS_IN_ALL) {
    throw new InputError(`--rows times --nodes is more than ${MOST_ROWS_IN_ALL}; give fewer nodes or rows`);
  }
  return {
    ...options,
    ssmRate: quotas ? (ssmRate ?? [DEFAULT_RATE]) : [undefined],
    filterLimit: oneType ? "one type" : oneValue ? "one value" : "none",
  };
}

/** Returns a parser for a comma-separated list. A value that is given twice counts once. */
function list<Item>(parse: (text: string) => Item): (text: string) => Item[] {
  return (text) => [...new Set(text.split(",").map((each) => parse(each.trim())))];
}

function phase(text: string): Phase {
  const found = PHASES.find((each) => each === text);
  if (found === undefined) throw new InvalidArgumentError(`Allowed: ${PHASES.join(", ")}.`);
  return found;
}
