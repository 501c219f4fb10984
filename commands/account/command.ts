/** Command lines and exit codes, shared by the commands. */
import { Command, InvalidArgumentError } from "commander";
import { REGION_PATTERN, REGION_RULE } from "../../contract/regions.ts";
import { outliveReader } from "../../command-line/closed-output.ts";
import { withExamples } from "../../command-line/examples.ts";
import { printable } from "../../command-line/terminal.ts";
import { accessProblem, deniedOperation, failureText } from "./client.ts";

/**
 * Returns a command line parser. A wrong command line prints one line on stderr and ends the process with exit code 2.
 *
 * @param examples arguments, one or two lines; an empty one is the command without arguments
 * @example strictCommand("graph", "Writes the graph.", ["--json graph.json"]).option("--json <file>").parse().opts();
 */
export function strictCommand(name: string, description: string, examples: readonly string[]): Command {
  return withExamples(new Command(`npm run ${name} --`), examples)
    .description(description)
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(`${printable(text).trim()}\n`) })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
}

/**
 * Returns a {@link strictCommand} with the required option `--region`.
 *
 * @example const { region } = regionCommand("close-findings", "Archives findings.", ["--region eu-west-1"]).parse().opts();
 */
export function regionCommand(name: string, description: string, examples: readonly string[]): Command {
  return strictCommand(name, description, examples).requiredOption("--region <region>", "AWS Region", region);
}

/**
 * Returns the option's value if it has the form of a Region name. Without this check, a wrong Region would fail as an
 * unknown host name.
 *
 * @throws {InvalidArgumentError} with the allowed names; commander puts the value before it
 */
export function region(text: string): string {
  if (REGION_PATTERN.test(text)) return text;
  throw new InvalidArgumentError(`It ${REGION_RULE}.`);
}

/** SDK settings of the commands: more attempts than in Lambda, because no function time-out limits them. */
export const CLIENT_SETTINGS = {
  maxAttempts: 8,
  retryMode: "adaptive",
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
} as const;

/**
 * Runs a command's work and returns its exit code. If the work throws, prints the failure on stderr and returns 1.
 *
 * @param failed begins the line on stderr, such as "the fleet was not captured"
 * @param needs lists the required permissions; printed if AWS denied an operation
 * @example process.exitCode = await exitCodeOf("not all findings are archived", NEEDS, async () => 0);
 */
export async function exitCodeOf(failed: string, needs: string, work: () => Promise<number>): Promise<number> {
  outliveReader();
  try {
    return await work();
  } catch (error) {
    const problem = accessProblem(error);
    console.error(printable(`${failed}: ${problem ?? failureText(error)}`));
    if (problem === undefined && deniedOperation(error) !== undefined) console.error(needs);
    return 1;
  }
}
