import type { Command } from "commander";

/**
 * Ends the command's help with examples, and returns the command.
 *
 * @param examples arguments, such as `--region eu-west-1`; an empty one is the command without arguments
 * @example withExamples(new Command("npm run cost --"), ["--nodes 1000 --scans-per-day 1"]);
 */
export function withExamples(command: Command, examples: readonly string[]): Command {
  const name = fullName(command);
  const lines = examples.map((args) => `  ${args === "" ? name.replace(/ --$/, "") : `${name} ${args}`}`);
  return command.addHelpText("after", `\n${lines.length === 1 ? "Example" : "Examples"}:\n${lines.join("\n")}`);
}

/** Returns the name with those of the commands above it, such as `npm run findings -- show`. */
function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
