import { Command, InvalidArgumentError, type CommanderError } from "commander";
import { withExamples } from "../../command-line/examples.ts";
import { InputError } from "../../command-line/input-error.ts";

/** The command line of `npm start`. */
export interface Options {
  readonly fleet?: string;
  readonly nodes?: number;
  readonly seed: number;
  readonly events?: string;
  readonly outage?: number;
  readonly faults?: string;
  readonly config: string;
  readonly once: boolean;
  readonly sweep: boolean;
  readonly plan: boolean;
  readonly report?: string;
  readonly timeScale: number;
  /** Port of the console. Undefined for a free one. */
  readonly port?: number;
}

const MAX_NODES = 100_000;

/**
 * Parses the command line.
 * @param args without `node` and the name of the file
 * @throws {InputError} in one line. `--help` ends the process instead
 */
export function parseOptions(args: readonly string[]): Options {
  const command = withExamples(new Command("npm start --"), ["", "--once --outage 60 --nodes 200"])
    .description("Runs the deployed program on this machine, without AWS: events in, findings out.")
    .option("--fleet <dir>", "read the fleet from files in the AWS CLI's output format (default: the sample fleet)")
    .option("--nodes <n>", `use a synthetic fleet of this many nodes, 1 to ${MAX_NODES}`, integer(1, MAX_NODES))
    .option("--seed <s>", "seed of the synthetic fleet", integer(0, 2 ** 32 - 1), 1)
    .option("--events <file>", "JSON array of EventBridge events (default: one per node that has patch data)")
    .option(
      "--outage <seconds>",
      "Security Hub answers 500 for this many seconds, at the time scale, after its first call",
      decimal(0, 86_400),
    )
    .option("--faults <file>", "fault plan: JSON array of faults by service and operation")
    .option("--config <file>", "stack settings", "Pulumi.dev.yaml")
    .option("--once", "exit when no work is left; exit code 0 if every node has a result, 1 if not", false)
    .option("--sweep", "run one sweep after the events: compare all managed nodes with their findings", false)
    .option("--plan", "print which findings would open, change or close, and why; publish nothing", false)
    .option("--report <file>", "write the result to this file as JSON")
    .option("--port <n>", "port of the console (default: a free one; none with --once)", integer(1, 65_535))
    .option(
      "--time-scale <x>",
      "how many times faster than in AWS the program's time passes; with --once nothing waits, and the scale applies only to the seconds of --outage and --faults",
      decimal(1, 10_000),
      60,
    )
    .allowExcessArguments(false);
  const options = parsed(command, args).opts<Options>();
  if (options.nodes === undefined && command.getOptionValueSource("seed") !== "default") {
    throw new InputError("--seed needs --nodes; add --nodes, or remove --seed");
  }
  if (options.fleet !== undefined && options.nodes !== undefined) {
    throw new InputError("--fleet and --nodes cannot be used together; remove one of them");
  }
  return options;
}

/**
 * Parses the command line of any command. The name of the command is what people type: `npm start --`.
 * @throws {InputError} in one line. `--help` ends the process instead
 */
export function parsed(command: Command, args: readonly string[]): Command {
  try {
    return command
      .configureOutput({ writeErr: () => undefined })
      .exitOverride()
      .parse(args, { from: "user" });
  } catch (error) {
    const { exitCode, message } = error as CommanderError;
    if (exitCode === 0) process.exit(0);
    throw new InputError(`${oneLine(message)}; ${command.name()} --help lists the options`);
  }
}

function oneLine(message: string): string {
  return message
    .replace(/^error: /, "")
    .replaceAll(/\s+/g, " ")
    .replace(/\.$/, "");
}

/** Returns a parser for a whole number. */
export function integer(min: number, max: number) {
  return (text: string): number => within(/^\d+$/.test(text) ? Number(text) : Number.NaN, min, max, "a whole number");
}

/** Returns a parser for a decimal number. */
export function decimal(min: number, max: number) {
  return (text: string): number => within(/^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN, min, max, "a number");
}

/** Returns the value if it is in the range. Commander puts the given text before the message. */
function within(value: number, min: number, max: number, kind: string): number {
  if (value >= min && value <= max) return value;
  throw new InvalidArgumentError(`Allowed: ${kind} from ${min} to ${max}.`);
}
