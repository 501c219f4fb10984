import { withExamples } from "../../command-line/examples.ts";
import { Command, InvalidArgumentError, Option } from "commander";
import { printable } from "../../command-line/terminal.ts";
import { DEFAULT_OWNER_TAG, WORKFLOW_STATUSES } from "../../presentation/findings/finding-view.ts";
import { TRIAGE_STATUSES, type TriageStatus } from "../../presentation/findings/triage-plan.ts";
import { region } from "../account/command.ts";
import { userName } from "../../command-line/user-name.ts";
import { EVERYTHING, STATES, type FindingFilter } from "./filter.ts";
import {
  filterOf,
  findingId,
  listOf,
  listOption,
  textUpTo,
  withFilterOptions,
  type FilterOptions,
} from "./filter-options.ts";
import { FINDING_ORDERS, type FindingOrder } from "../../presentation/findings/due.ts";
import type { TriageOrder } from "./triage.ts";
import { ownerTagOf } from "./stack-settings.ts";
import { localOrigin, localRunSource } from "./local-run.ts";
import {
  organizationSource,
  reportFileSource,
  securityHubSource,
  withOwnerTag,
  type FindingSource,
} from "./finding-sources.ts";

const FORMATS = ["table", "json", "csv"] as const;
export type Format = (typeof FORMATS)[number];

/** The request on a command line. */
export type Request = { readonly source: FindingSource } & (
  | { readonly command: "list"; readonly filter: FindingFilter; readonly format: Format; readonly order: FindingOrder }
  | { readonly command: "show"; readonly node: string }
  | ({ readonly command: "triage"; readonly yes: boolean } & TriageOrder)
  | { readonly command: "exceptions"; readonly config: string; readonly format: Format }
  | ({ readonly command: "report" } & ReportOptions)
);

interface SourceOptions {
  readonly region?: string;
  readonly organization?: true;
  readonly local?: string;
  readonly report?: string;
  readonly ownerTag?: string;
}

interface ListOptions extends SourceOptions, FilterOptions {
  readonly status: FindingFilter["statuses"];
  readonly state: FindingFilter["state"];
  readonly format: Format;
  readonly sort: FindingOrder;
}

interface TriageOptions extends SourceOptions, FilterOptions {
  readonly finding?: readonly string[];
  readonly status: TriageStatus;
  readonly note?: string;
  readonly by: string;
  readonly replaceNotes: boolean;
  readonly yes: boolean;
}

/**
 * Parses the command line of `npm run findings`.
 *
 * @param writeError receives the line that says what is wrong
 * @throws {CommanderError} with exit code 0 for help, and another code if the command line is wrong
 * @example const request = commandLine(["list", "--region", "eu-west-1"], console.error);
 */
export function commandLine(args: readonly string[], writeError: (text: string) => void): Request {
  const requests: Request[] = [];
  const program = withExamples(new Command("npm run findings --"), [
    "--region eu-west-1 --severity CRITICAL,HIGH",
    "show web-1.example.com --region eu-west-1",
  ])
    .description("Shows this program's findings in an account's Region, or in a local run.")
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text) => writeError(`${printable(text).trim()}\n`) })
    .exitOverride();
  addList(program, requests, args);
  addShow(program, requests);
  addTriage(program, requests);
  addReport(program, requests);
  addExceptions(program, requests);
  refuseUnknownCommand(program, args);
  program.parse(args, { from: "user" });
  const [request] = requests;
  if (request === undefined) throw new Error("commander neither found a command nor ended the process");
  return request;
}

/** Refuses an unknown command. The default command would take it for an argument too many. */
function refuseUnknownCommand(program: Command, [first = "-"]: readonly string[]): void {
  if (first.startsWith("-") || first === "help" || namesOf(program).includes(first)) return;
  program.error(`error: unknown command '${first}'; give one of ${namesOf(program).join(", ")}`);
}

/** Refuses arguments after the options of the default command, which are meant as another command. */
function refuseArguments(program: Command, { args: [word] }: Command, [first]: readonly string[]): void {
  if (word === undefined) return;
  const isCommand = namesOf(program).includes(word);
  if (isCommand) program.error(`error: '${word}' must come first: ${program.name()} ${word} ...`);
  if (first === "list") program.error(`error: list takes only options, and no '${word}'`);
  refuseUnknownCommand(program, [word]);
}

const namesOf = ({ commands }: Command): string[] => commands.map((command) => command.name());

function addList(program: Command, requests: Request[], args: readonly string[]): void {
  const command = program.command("list", { isDefault: true });
  withFilterOptions(withSourceOptions(withExamples(command, ["--region eu-west-1 --due overdue --sort due"])))
    .description("Lists findings, with a summary by severity and cause. This is the default command.")
    .allowExcessArguments(true)
    .addOption(listOption("--status <list>", WORKFLOW_STATUSES.join(", "), listOf(WORKFLOW_STATUSES)))
    .addOption(new Option("--state <state>", "record state").choices(STATES).default("ACTIVE"))
    .addOption(new Option("--format <format>", "output format").choices(FORMATS).default("table"))
    .addOption(new Option("--sort <order>", "what comes first").choices(FINDING_ORDERS).default("severity"))
    .action(({ status, state, format, sort, ...options }: ListOptions) => {
      refuseArguments(program, command, args);
      const filter = { ...filterOf(options), statuses: status, state };
      requests.push({ command: "list", filter, format, order: sort, source: sourceOf(command, options) });
    });
}

function addShow(program: Command, requests: Request[]): void {
  const command = program.command("show");
  withSourceOptions(withExamples(command, ["web-1.example.com --region eu-west-1"]))
    .description("Prints all findings of one node, open and closed.")
    .argument("<node>", "node id, or computer name in any case", textUpTo(256))
    .action((node: string, from: SourceOptions) => {
      requests.push({ command: "show", node: node.trim(), source: sourceOf(command, from) });
    });
}

function addTriage(program: Command, requests: Request[]): void {
  const command = program.command("triage");
  const examples = ['--region eu-west-1 --name web-1 --status SUPPRESSED --note "being replaced"'];
  withFilterOptions(withSourceOptions(withExamples(command, examples)))
    .description("Sets the workflow status of open findings, with a note. It asks before it writes.")
    .addOption(new Option("--finding <id...>", "Ids of findings").argParser(findingId).conflicts("node"))
    .addOption(new Option("--status <status>", "workflow status to set").choices(TRIAGE_STATUSES).makeOptionMandatory())
    .option("--note <text>", "note for the findings, at most 512 characters; a note of somebody else stays")
    .option("--by <name>", "author of the note", userName())
    .option("--replace-notes", "replace notes of other people too", false)
    .option("--yes", "do not ask before writing", false)
    .action(({ finding: ids = [], status, note, by, replaceNotes, yes, ...options }: TriageOptions) => {
      const chosen = filterOf(options);
      if (ids.length === 0 && isEverything(chosen)) {
        command.error("error: no findings are selected; give --node, --finding, --name or another filter");
      }
      // Findings that a person names are read even if they are closed, to say why they are not written.
      const state = ids.length > 0 || chosen.nodes.length > 0 ? "all" : "ACTIVE";
      const filter = { ...EVERYTHING, ...chosen, state, ...(ids.length > 0 && { ids }) } as const;
      const request = { status, by, replaceNotes, ...(note !== undefined && { note }) };
      requests.push({ command: "triage", filter, request, yes, source: sourceOf(command, options) });
    });
}

function isEverything(chosen: Partial<FindingFilter>): boolean {
  return Object.values(chosen).every((value: unknown) => Array.isArray(value) && value.length === 0);
}

function addReport(program: Command, requests: Request[]): void {
  const command = program.command("report");
  withSourceOptions(withExamples(command, ["--region eu-west-1 --out report.html --csv report.csv"]))
    .description("Writes the findings as one HTML page to read, print or forward.")
    .addOption(reportOption())
    .option(
      "--previous <file>",
      "earlier findings, to show the trend: from list --format json, or a report of npm start",
    )
    .option("--config <file>", "stack settings file, for the owner tag, and to show expired and unused exceptions")
    .option("--csv <file>", "file for all findings as CSV, because the page lists only the worst")
    .requiredOption("--out <file>", "file for the page")
    .action(({ out, previous, config, csv, ...from }: SourceOptions & ReportOptions) => {
      const more = {
        ...(previous !== undefined && { previous }),
        ...(config !== undefined && { config }),
        ...(csv !== undefined && { csv }),
      };
      // A report of npm start does not tell the owner tag of its settings.
      const readsTag = from.ownerTag === undefined && (config !== undefined || from.report !== undefined);
      const source = withOwnerTag(sourceOf(command, from), readsTag ? () => ownerTagOf(config) : undefined);
      requests.push({ command: "report", out, ...more, source });
    });
}

interface ReportOptions {
  readonly out: string;
  readonly previous?: string;
  readonly config?: string;
  readonly csv?: string;
}

function addExceptions(program: Command, requests: Request[]): void {
  const command = program.command("exceptions");
  withSourceOptions(withExamples(command, ["--region eu-west-1 --config Pulumi.prod.yaml"]))
    .description("Lists the exceptions of a stack's settings: in force, expired, or used by no open finding.")
    .addOption(reportOption())
    .requiredOption("--config <file>", "stack settings file such as Pulumi.dev.yaml")
    .addOption(new Option("--format <format>", "output format").choices(FORMATS).default("table"))
    .action(({ config, format, ...from }: SourceOptions & { readonly config: string; readonly format: Format }) => {
      requests.push({ command: "exceptions", config, format, source: sourceOf(command, from) });
    });
}

function reportOption(): Option {
  const option = new Option("--report <file>", "read the findings from a file that npm start -- --report FILE wrote");
  return option.conflicts(["region", "local"]);
}

function withSourceOptions(command: Command): Command {
  return command
    .addOption(new Option("--region <region>", "AWS Region").argParser(region).conflicts("local"))
    .addOption(
      new Option(
        "--organization",
        "with --region: all accounts and Regions that Security Hub shows there; run it in the aggregation Region of the administrator account",
      ).conflicts(["local", "report"]),
    )
    .addOption(new Option("--local <url>", "address of a running npm start").argParser(local))
    .addOption(
      new Option(
        "--owner-tag <key>",
        `key of the tag that names the owner (default: the ownerTag of the local run or of the settings that are read, or ${DEFAULT_OWNER_TAG})`,
      ).argParser(textUpTo(128)),
    )
    .allowExcessArguments(false);
}

function sourceOf(command: Command, { ownerTag, ...from }: SourceOptions): FindingSource {
  return withOwnerTag(bareSource(command, from), ownerTag);
}

function bareSource(
  command: Command,
  { region: name, organization, local: origin, report }: SourceOptions,
): FindingSource {
  if (name !== undefined && organization === true) return organizationSource(name);
  if (name !== undefined) return securityHubSource(name);
  if (origin !== undefined) return localRunSource(origin);
  if (report !== undefined) return reportFileSource(report);
  return command.error(
    "error: --region or --local is missing; give --region for an account's findings, or --local for those of npm start",
  );
}

/** Accepts only this machine. Another address would receive requests without encryption and authentication. */
function local(text: string): string {
  const origin = localOrigin(text);
  if (origin === undefined) throw new InvalidArgumentError("Allowed: http://127.0.0.1:PORT, as npm start prints it.");
  return origin;
}
