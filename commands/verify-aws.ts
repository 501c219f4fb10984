import { setTimeout } from "node:timers/promises";
import packageFile from "../package.json" with { type: "json" };
import { exitCodeOrRefusal, InputError } from "../command-line/input-error.ts";
import { isYes } from "../command-line/question.ts";
import { progressBar } from "../command-line/terminal.ts";
import { exitCodeOf, regionCommand } from "./account/command.ts";
import { clientsFor } from "./verify-aws/account.ts";
import { READ_ACTIONS, WRITE_ACTIONS } from "./verify-aws/permissions.ts";
import { factTable, issueText, summary, trialLines } from "./verify-aws/report.ts";
import { checkFacts, isTrouble } from "./verify-aws/run.ts";
import { samplesOf, type Samples } from "./verify-aws/samples.ts";
import { runTrial, type Trial } from "./verify-aws/trial-steps.ts";

interface Options {
  readonly region: string;
  readonly namePrefix: string;
  readonly write: boolean;
  readonly yes: boolean;
}

/** The exit code of a process that Ctrl-C ended. */
const INTERRUPTED = 130;
const QUESTION =
  "--write imports one test finding about a resource that does not exist, changes it several times, and archives it. Rules that " +
  "match Security Hub's findings receive it too. Continue? [y/N] ";

/** Prints the table and the text for an issue, and returns the exit code: 1 if a fact differs that is not handled. */
async function verify({ region, namePrefix, write }: Options): Promise<number> {
  const samples = samplesOf({ region, namePrefix, clients: clientsFor(region) });
  const { lines, trial } = await withProgress((progress) =>
    checkFacts(samples, write ? () => trialOf(samples) : undefined, progress),
  );
  const { isTTY, columns } = process.stdout;
  console.log(factTable(lines, isTTY ? columns : undefined));
  console.log(`${summary(lines)}\n\nText for an issue:\n`);
  console.log(issueText(lines, { region, version: packageFile.version, wrote: write }));
  if (trial?.interrupted === true) return INTERRUPTED;
  return lines.some(isTrouble) || trial?.leftBehind !== undefined ? 1 : 0;
}

/** Runs the trial. Ctrl-C ends its steps, and the test finding is archived. */
async function trialOf(samples: Samples): Promise<Trial> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
  try {
    const trial = await runTrial({
      client: samples.account.clients.hub,
      scope: await samples.hub(),
      now: () => new Date(),
      pause,
      interrupted: stop.signal,
    });
    for (const line of trialLines(trial)) console.error(line);
    return trial;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
  }
}

async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { ...(signal && { signal }) }).catch(() => undefined);
}

async function withProgress<Answer>(work: (progress: (done: number, total: number) => void) => Promise<Answer>) {
  let bar: ReturnType<typeof progressBar> | undefined;
  try {
    return await work((done, total) => {
      bar ??= progressBar(total, "facts");
      bar.update(done);
    });
  } finally {
    bar?.stop();
  }
}

/** Asks once before anything is written. @throws {InputError} if nobody can answer */
async function isConfirmed({ write, yes }: Options): Promise<boolean> {
  if (!write || yes) return true;
  if (!process.stdin.isTTY) throw new InputError("--write asks before it writes; give --yes if no person can answer");
  return isYes(QUESTION);
}

async function main(): Promise<number> {
  const options = regionCommand(
    "verify-aws",
    "Checks in your account what this program assumes about AWS. Only reads, unless you give --write.",
    ["--region eu-west-1", "--region eu-west-1 --write"],
  )
    .option("--name-prefix <prefix>", "the stack setting namePrefix", "patch-findings")
    .option("--write", "also import one test finding, change it and archive it", false)
    .option("--yes", "do not ask before --write writes", false)
    .parse()
    .opts<Options>();
  if (!(await isConfirmed(options))) {
    console.log("nothing was read or written");
    return 0;
  }
  const actions = options.write ? [...READ_ACTIONS, ...WRITE_ACTIONS] : READ_ACTIONS;
  const needs = `The credentials must be allowed ${actions.join(", ")}.`;
  return exitCodeOf(`the assumptions in ${options.region} were not checked`, needs, () => verify(options));
}

if (import.meta.main) process.exitCode = await exitCodeOrRefusal(main);
