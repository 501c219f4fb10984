import { CommanderError } from "commander";
import { outliveReader } from "../command-line/closed-output.ts";
import { exitCodeOrRefusal } from "../command-line/input-error.ts";
import { renderReport } from "../presentation/report/report.ts";
import { counted } from "../contract/counted.ts";
import { isNodeId } from "../functions/work/node-reference.ts";
import { screenOf, type Screen } from "../command-line/screen.ts";
import { printable } from "../command-line/terminal.ts";
import { present } from "../presentation/findings/finding-fields.ts";
import { jsonText } from "../presentation/findings/text.ts";
import type { FindingView } from "../presentation/findings/finding-view.ts";
import { inOrder, type FindingOrder } from "../presentation/findings/due.ts";
import { writeResult } from "../command-line/writable-file.ts";
import { exitCodeOf } from "./account/command.ts";
import { findingsCsv } from "../presentation/findings/csv.ts";
import { listExceptions } from "./findings/exceptions.ts";
import { exceptionsOf } from "./findings/stack-settings.ts";
import { detailText } from "./findings/finding-detail.ts";
import { EVERYTHING, type FindingFilter } from "./findings/filter.ts";
import { commandLine, type Format, type Request } from "./findings/options.ts";
import { confirmation, triage } from "./findings/triage.ts";
import { warnOfProblem } from "./findings/problem-warning.ts";
import { warnOfUnsure } from "./findings/unsure.ts";
import { placeOf, type Entry, type FindingSource } from "./findings/finding-sources.ts";
import { extrasOf, requireOutputs, requireSameScope, writeCsv, type ReportExtras } from "./findings/report-extras.ts";
import { byPlace, findingsTable, ownerTable, summaryTables } from "./findings/findings-table.ts";

/** Prints the answer and the warnings. */
export interface Output {
  readonly screen: Screen;
  readonly print: (text: string) => void;
  readonly warn: (text: string) => void;
}

/**
 * Prints the findings that match a filter, as a table, CSV, or JSON with the complete findings as Security Hub holds them.
 *
 * @returns the exit code
 * @example await list(securityHubSource("eu-west-1"), EVERYTHING, "table", output);
 */
export async function list(
  source: FindingSource,
  filter: FindingFilter,
  format: Format,
  output: Output,
  order: FindingOrder = "severity",
): Promise<number> {
  const found = await source.read(filter);
  warnOfProblem(found, output.warn);
  const sorted = ordered(found.entries, order);
  const { now = output.screen.now ?? new Date() } = found;
  const views = sorted.map(({ view }) => view);
  switch (format) {
    case "json":
      output.print(jsonText(sorted.map(({ finding }) => finding)));
      break;
    case "csv":
      output.print(findingsCsv(views, now).trimEnd());
      break;
    case "table":
      printTables(views, found.organization === true, { ...output, screen: { ...output.screen, now } });
      output.print(`${counted(views.length, "finding")} in ${placeOf(found)}`);
  }
  warnOfUnsure(found, filter, output.warn);
  return 0;
}

/** Prints the findings and their totals. Those of an organization have one table per account and Region. */
function printTables(views: readonly FindingView[], ofOrganization: boolean, { screen, print }: Output): void {
  if (views.length === 0) return;
  const groups = ofOrganization ? byPlace(views) : [];
  for (const { account, region, views: some } of groups) {
    print(`account ${account}, ${region}: ${counted(some.length, "finding")}`);
    print(findingsTable(some, screen, true));
  }
  print(ofOrganization ? ownerTable(groups, screen) : findingsTable(views, screen));
  print(summaryTables(views, screen));
}

/**
 * Prints all findings of one node, open and closed.
 *
 * @param node its id or its computer name, in any case. Several nodes may have the same name
 * @returns the exit code: 1 if the node has no finding
 * @example await show(securityHubSource("eu-west-1"), "web-1.example.com", output);
 */
export async function show(source: FindingSource, node: string, output: Output): Promise<number> {
  const chosen = isNodeId(node) ? { nodes: [node] } : { computerName: node };
  const found = await source.read({ ...EVERYTHING, ...chosen });
  const { entries } = found;
  warnOfProblem(found, output.warn);
  if (entries.length === 0) {
    output.warn(
      `${printable(node)} has no finding in ${placeOf(found)}, open or closed; ` +
        "npm run findings lists the nodes with findings, and --name finds parts of their names",
    );
    return 1;
  }
  const screen = { ...output.screen, ...(found.now !== undefined && { now: found.now }) };
  output.print(
    ordered(entries)
      .map(({ view }) => detailText(view, screen))
      .join("\n\n"),
  );
  return 0;
}

/**
 * Writes a summary of the findings as one HTML page and, if `extras` names a file for them, all findings as CSV.
 *
 * @param clock the time of the report, unless the source has its own
 * @returns the exit code
 * @throws {InputError} if the file cannot be written
 * @example await report(securityHubSource("eu-west-1"), "findings.html", new Date(), output);
 */
export async function report(
  source: FindingSource,
  file: string,
  clock: Date,
  output: Output,
  extras: ReportExtras = {},
): Promise<number> {
  const { csv, ...shown } = extras;
  await requireOutputs(file, csv);
  const found = await source.read(EVERYTHING);
  const { account, region, organization, ownerTag, entries, readAt, problem, now = clock } = found;
  warnOfProblem(found, output.warn);
  if (organization === undefined) requireSameScope(extras, account, region);
  const title = `Patch findings of ${organization === undefined ? `${account}, ${region}` : placeOf(found)}`;
  const findings = entries.map(({ finding }) => finding);
  const views = entries.map(({ view }) => view);
  const nodes = await source.nodes?.();
  const share = nodes === undefined ? {} : { nodes };
  const beside = csv === undefined ? {} : { csvFile: await writeCsv(csv, views, now) };
  const age = present({ organization, readAt, problem });
  const subject = { title, account, region, ownerTag, generatedAt: now, ...age };
  const html = renderReport(findings, { ...subject, ...shown, ...share, ...beside });
  await writeResult(file, html, "the report");
  output.print(`${file}: ${counted(entries.length, "finding")} in ${placeOf(found)}`);
  return 0;
}

function ordered(entries: readonly Entry[], order: FindingOrder = "severity"): Entry[] {
  const byView = new Map(entries.map((entry) => [entry.view, entry]));
  return inOrder([...byView.keys()], order).flatMap((view) => byView.get(view) ?? []);
}

async function main(args: readonly string[]): Promise<number> {
  outliveReader();
  const { stdout } = process;
  const output: Output = {
    screen: screenOf(stdout),
    print: (text) => console.log(text),
    warn: (text) => console.error(text),
  };
  const request = requested(args);
  if (typeof request === "number") return request;
  const { source, command } = request;
  const [failed, needs] =
    command === "triage"
      ? [
          `not all findings of ${source.name} were written`,
          `${source.needs ?? ""} Triage needs securityhub:BatchUpdateFindings too.`,
        ]
      : [`the findings of ${source.name} were not read`, source.needs ?? ""];
  return exitCodeOf(failed, needs, () => exitCodeOrRefusal(() => answer(request, output)));
}

async function answer(request: Request, output: Output): Promise<number> {
  switch (request.command) {
    case "list":
      return list(request.source, request.filter, request.format, output, request.order);
    case "show":
      return show(request.source, request.node, output);
    case "triage":
      return triage(request.source, request, { ...output, ask: confirmation(request.yes) });
    case "exceptions": {
      const { config, source, format } = request;
      return listExceptions(await exceptionsOf(config), source, format, new Date(), output);
    }
    case "report":
      return report(request.source, request.out, new Date(), output, await extrasOf(request));
  }
}

/** Returns the request on the command line, or the exit code if it is wrong or asks for help. */
function requested(args: readonly string[]): Request | number {
  try {
    return commandLine(args, (text) => void process.stderr.write(text));
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
