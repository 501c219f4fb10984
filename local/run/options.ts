import { Command, InvalidArgumentError, type CommanderError } from "commander";
import { InputError, shown } from "../../command-line/input-error.ts";

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
  const command = new Command("npm start --")
    .description("Runs the deployed program on this machine, without AWS: events in, findings out.")
    .option("--fleet <dir>", "fleet from files in the AWS CLI's output format (default: the sample fleet)")
    .option("--nodes <n>", `a synthetic fleet of 1 to ${MAX_NODES} nodes instead`, integer(1, MAX_NODES))
    .option("--seed <s>", "seed of the synthetic fleet", integer(0, 2 ** 32 - 1), 1)
    .option("--events <file>", "JSON array of EventBridge events (default: one per node that has patch data)")
    .option(
      "--outage <seconds>",
      "Security Hub answers 500 for this long after its first call, in seconds at the time scale",
      decimal(0, 86_400),
    )
    .option("--faults <file>", "fault plan: JSON array of faults by service and operation")
    .option("--config <file>", "stack settings", "Pulumi.dev.yaml")
    .option("--once", "exit when everything is drained: 0 if every node is accounted for, 1 if not", false)
    .option("--sweep", "one sweep over all managed nodes and open findings after the events", false)
    .option("--plan", "say what would be opened, updated and closed, and why; publish nothing", false)
    .option("--report <file>", "write what happened as JSON")
    .option("--port <n>", "port of the console (default: a free one; none with --once)", integer(1, 65_535))
    .option(
      "--time-scale <x>",
      "how many times faster than real time the program's time may pass; with --once it passes without waiting, and the scale only converts the seconds of --outage and --faults",
      decimal(1, 10_000),
      60,
    )
    .allowExcessArguments(false);
  const options = parsed(command, args).opts<Options>();
  if (options.nodes === undefined && command.getOptionValueSource("seed") !== "default") {
    throw new InputError("--seed is for synthetic fleets; give --nodes too, or leave --seed out");
  }
  if (options.fleet !== undefined && options.nodes !== undefined) {
    throw new InputError("--fleet and --nodes exclude each other; give one of them");
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
  return message.replace(/^error: /, "").replaceAll(/\s+/g, " ");
}

/** Returns a parser for a whole number. */
export function integer(min: number, max: number) {
  return (text: string): number =>
    within(/^\d+$/.test(text) ? Number(text) : Number.NaN, text, min, max, "a whole number");
}

/** Returns a parser for a decimal number. */
export function decimal(min: number, max: number) {
  return (text: string): number =>
    within(/^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN, text, min, max, "a number");
}

function within(value: number, text: string, min: number, max: number, kind: string): number {
  if (value >= min && value <= max) return value;
  throw new InvalidArgumentError(`${shown(text)} is not ${kind} from ${min} to ${max}.`);
}
