import { Command, InvalidArgumentError, Option } from "commander";
import { isNodeId } from "../../functions/work/node-reference.ts";
import { printable } from "../../command-line/terminal.ts";
import { SEVERITIES, WORKFLOW_STATUSES, type Severity } from "../../presentation/findings/finding-view.ts";
import { region } from "../account/command.ts";
import { STATES, type FindingFilter } from "./filter.ts";
import { localOrigin, localRunSource } from "./local-run.ts";
import { reportFileSource, securityHubSource, type FindingSource } from "./source.ts";

const FORMATS = ["table", "json", "csv"] as const;
export type Format = (typeof FORMATS)[number];

/** What the command line asks for. */
export type Request = { readonly source: FindingSource } & (
  | { readonly command: "list"; readonly filter: FindingFilter; readonly format: Format }
  | { readonly command: "show"; readonly nodeId: string }
  | { readonly command: "report"; readonly out: string }
);

interface Place {
  readonly region?: string;
  readonly local?: string;
  readonly report?: string;
}

interface ListOptions extends Place {
  readonly severity: readonly Severity[];
  readonly node: readonly string[];
  readonly status: FindingFilter["statuses"];
  readonly state: FindingFilter["state"];
  readonly format: Format;
}

/**
 * @param writeError gets the line that says what is wrong
 * @throws {CommanderError} exit code 0 where help was asked for, another one where the command line is wrong
 */
export function commandLine(args: readonly string[], writeError: (text: string) => void): Request {
  const requests: Request[] = [];
  const program = new Command("npm run findings --")
    .description("Shows this program's findings: of an account's Region, or of an embedded run.")
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text) => writeError(`${printable(text).trim()}\n`) })
    .exitOverride();
  addList(program, requests);
  addShow(program, requests);
  addReport(program, requests);
  program.parse(args, { from: "user" });
  const [request] = requests;
  if (request === undefined) throw new Error("commander neither found a command nor ended the process");
  return request;
}

function addList(program: Command, requests: Request[]): void {
  const command = program.command("list", { isDefault: true });
  withPlace(command)
    .description("lists findings, with a summary by severity and cause; without any command as well")
    .option("--severity <list>", `any of ${SEVERITIES.join(", ")}`, listOf(SEVERITIES), [])
    .option("--node <list>", "nodes by id", nodes, [])
    .option("--status <list>", `any of ${WORKFLOW_STATUSES.join(", ")}`, listOf(WORKFLOW_STATUSES), [])
    .addOption(new Option("--state <state>", "record state").choices(STATES).default("ACTIVE"))
    .addOption(new Option("--format <format>", "form of the answer").choices(FORMATS).default("table"))
    .action(({ severity, node, status, state, format, ...place }: ListOptions) => {
      const filter = { severities: severity, nodes: node, statuses: status, state };
      requests.push({ command: "list", filter, format, source: sourceOf(command, place) });
    });
}

function addShow(program: Command, requests: Request[]): void {
  const command = program.command("show");
  withPlace(command)
    .description("prints all that is known of one node, open or closed")
    .argument("<node>", "its id", (text) => nodes(text).at(0))
    .action((nodeId: string, place: Place) => {
      requests.push({ command: "show", nodeId, source: sourceOf(command, place) });
    });
}

function addReport(program: Command, requests: Request[]): void {
  const command = program.command("report");
  withPlace(command)
    .description("writes all findings as one HTML page, to send or to print")
    .addOption(
      new Option("--report <file>", "take them from what npm start -- --report wrote").conflicts(["region", "local"]),
    )
    .requiredOption("--out <file>", "the page")
    .action(({ out, ...place }: Place & { readonly out: string }) => {
      requests.push({ command: "report", out, source: sourceOf(command, place) });
    });
}

function withPlace(command: Command): Command {
  return command
    .addOption(new Option("--region <region>", "AWS Region").argParser(region).conflicts("local"))
    .addOption(new Option("--local <url>", "address of a running npm start").argParser(local))
    .allowExcessArguments(false);
}

function sourceOf(command: Command, { region: name, local: origin, report }: Place): FindingSource {
  if (name !== undefined) return securityHubSource(name);
  if (origin !== undefined) return localRunSource(origin);
  if (report !== undefined) return reportFileSource(report);
  return command.error("error: --region or --local is needed, to say whose findings");
}

/** Words parted by commas, each of the allowed ones. */
function listOf<Word extends string>(allowed: readonly Word[]): (text: string) => Word[] {
  return (text) =>
    text.split(",").map((word) => {
      const known = allowed.find((one) => one === word.trim().toUpperCase());
      if (known === undefined) throw new InvalidArgumentError(`Allowed, parted by commas: ${allowed.join(", ")}.`);
      return known;
    });
}

function nodes(text: string): string[] {
  return text.split(",").map((word) => {
    const nodeId = word.trim();
    if (isNodeId(nodeId)) return nodeId;
    throw new InvalidArgumentError(
      "It must be a managed node's id, such as i-0123456789abcdef0 or mi-0123456789abcdef0.",
    );
  });
}

/** Nothing but this machine: an address elsewhere would be asked without encryption and without permission. */
function local(text: string): string {
  const origin = localOrigin(text);
  if (origin === undefined) throw new InvalidArgumentError("It must be http://127.0.0.1:PORT, as npm start prints it.");
  return origin;
}
