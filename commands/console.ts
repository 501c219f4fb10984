import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { InvalidArgumentError } from "commander";
import { outputClosed } from "../command-line/closed-output.ts";
import { exitCodeOrRefusal } from "../command-line/input-error.ts";
import { printable } from "../command-line/terminal.ts";
import { startConsole } from "../console/server.ts";
import { securityHub } from "../functions/security-hub/security-hub.ts";
import { systemsManager } from "../functions/systems-manager/systems-manager.ts";
import { DEFAULT_OWNER_TAG } from "../presentation/findings/finding-view.ts";
import { accountClient, rateLimit } from "./account/client.ts";
import { CLIENT_SETTINGS, exitCodeOf, regionCommand } from "./account/command.ts";
import { hubArn, hubScope, type HubScope } from "./account/hub.ts";
import { accountSource, type AccountView, type OpenSource } from "./console/account-source.ts";
import { openBrowser } from "./console/browser.ts";
import { deployedProgram, type OpenProgram } from "./console/program-source.ts";
import { deployedStack } from "./console/stack.ts";
import { textUpTo } from "./findings/filter-options.ts";

/**
 * Calls per second. GetFindings allows 3 a second per account and Region (Security Hub, "Quotas"), and the deployed program
 * needs them too. The quotas of Systems Manager's reads are small and shared as well.
 */
const RATES = { getFindings: 1, ssm: 2, program: 5 } as const;
/** Fewer attempts than in other commands: a page waits for some of the reads. */
const MAX_CALL_ATTEMPTS = 4;

interface Options extends AccountView {
  readonly region: string;
  readonly port?: number;
  readonly stack?: string;
  /** Whether a browser is opened. */
  readonly open: boolean;
}

const NEEDS =
  "Security Hub must be enabled in the Region, and the credentials must be allowed securityhub:DescribeHub and " +
  'securityhub:GetFindings. docs/console.md, "Permissions", has the least policy.';

const STACK_NEEDS =
  " --stack also needs states:DescribeStateMachine, states:ListExecutions, states:DescribeExecution, " +
  "states:GetExecutionHistory and sqs:GetQueueAttributes.";

function options(): Options {
  return regionCommand("console", "Shows this program's findings in an account, in a page on 127.0.0.1.", [
    "--region eu-west-1",
    "--region eu-west-1 --organization --owner-tag Team",
    "--region eu-west-1 --stack dev",
  ])
    .option("--organization", "all accounts and Regions that Security Hub shows in this Region", false)
    .option("--stack <name>", "also show the deployed program: a stack's name or its state machine's ARN")
    .option("--owner-tag <key>", "key of the tag that names the owner", textUpTo(128), DEFAULT_OWNER_TAG)
    .option("--port <n>", "port of the console (default: a free one)", port)
    .option("--no-open", "print the address only, and open no browser")
    .parse()
    .opts<Options>();
}

function port(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 65_535) return number;
  throw new InvalidArgumentError("Allowed: a whole number from 1 to 65535.");
}

/** Returns the source of the console. @throws {Error} if Security Hub cannot be reached, or is not enabled */
async function sourceOf({ region, organization, ownerTag, stack }: Options): Promise<OpenSource> {
  const settings = { ...CLIENT_SETTINGS, maxAttempts: MAX_CALL_ATTEMPTS, region };
  const findingsTurn = rateLimit(RATES.getFindings);
  const client = accountClient(new SecurityHubClient(settings), async (operation) => {
    if (operation === "GetFindings") await findingsTurn();
  });
  const scope = hubScope(await hubArn(client));
  const program = stack === undefined ? undefined : await programOf(stack, scope, settings);
  return accountSource(
    { organization, ownerTag },
    {
      scope,
      ...(program !== undefined && { program }),
      hub: securityHub(client),
      ssm: systemsManager(accountClient(new SSMClient(settings), rateLimit(RATES.ssm))),
      now: () => new Date(),
      print: printLine,
    },
  );
}

async function programOf(stack: string, scope: HubScope, settings: { readonly region: string }): Promise<OpenProgram> {
  const sfn = accountClient(new SFNClient(settings), rateLimit(RATES.program));
  const sqs = accountClient(new SQSClient({ ...settings, useQueueUrlAsEndpoint: false }), rateLimit(RATES.program));
  return deployedProgram(await deployedStack(stack, scope, sfn), { sfn, sqs, now: () => new Date() });
}

/** Prints a line with the time, as a log. */
function printLine(line: string): void {
  console.log(printable(`${new Date().toISOString().slice(0, 19)}Z ${line}`));
}

/** Shows the console until a person stops it. */
async function show({ source }: OpenSource, { port: wanted, open }: Options): Promise<number> {
  const shown = await startConsole(source, wanted ?? 0, (error) => {
    console.error(printable(`console: ${error instanceof Error ? error.message : String(error)}`));
  });
  try {
    console.log(`console: ${shown.url}\nPress Ctrl-C to stop it.`);
    if (process.stdout.isTTY && open) openBrowser(shown.url);
    await untilInterrupted();
    return 0;
  } finally {
    await shown.close();
  }
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => resolve());
    void outputClosed.then(resolve);
  });
}

async function main(): Promise<number> {
  const wanted = options();
  const needs = wanted.stack === undefined ? NEEDS : NEEDS + STACK_NEEDS;
  return exitCodeOf(`the console of ${wanted.region} did not start`, needs, () =>
    exitCodeOrRefusal(async () => {
      const open = await sourceOf(wanted);
      try {
        return await show(open, wanted);
      } finally {
        open.close();
      }
    }),
  );
}

if (import.meta.main) {
  process.exitCode = await main();
  // A read in progress may wait for its turn or a retry for minutes.
  process.exit();
}
