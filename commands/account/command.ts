/** What command lines have in common, most of all those of commands against a real account. */
import { Command, InvalidArgumentError } from "commander";
import { outliveReader } from "../../command-line/closed-output.ts";
import { printable } from "../../command-line/terminal.ts";
import { deniedOperation, failureText } from "./client.ts";

/** A wrong command line is one line on stderr, and ends the process with exit code 2. */
export function strictCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(`${printable(text).trim()}\n`) })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
}

/** The same with `--region`. */
export function regionCommand(name: string, description: string): Command {
  return strictCommand(name, description).requiredOption("--region <region>", "AWS Region", region);
}

/** People give the SDK whatever they like; a wrong Region would only show as a name that DNS does not know. */
export function region(text: string): string {
  if (/^(?:af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(?:-[a-z]+)+-\d$/.test(text)) return text;
  throw new InvalidArgumentError("Allowed: an AWS Region such as eu-west-1.");
}

/** Patient with throttling: nobody waits for a Lambda time-out here. */
export const CLIENT_SETTINGS = {
  maxAttempts: 8,
  retryMode: "adaptive",
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
} as const;

/**
 * @param needs what the credentials must be allowed; printed where that is what failed
 * @returns what `work` returns as exit code; 1, with the failure on stderr, where it throws
 */
export async function exitCodeOf(what: string, needs: string, work: () => Promise<number>): Promise<number> {
  outliveReader();
  try {
    return await work();
  } catch (error) {
    console.error(printable(`${what}: ${failureText(error)}`));
    if (deniedOperation(error)) console.error(needs);
    return 1;
  }
}
