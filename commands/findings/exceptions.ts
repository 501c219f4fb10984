import { lastDay } from "../../presentation/times/times.ts";
import Table from "cli-table3";
import { stringify } from "csv-stringify/sync";
import { counted } from "../../contract/counted.ts";
import type { PatchException } from "../../contract/policies.ts";
import { exceptionUses, type ExceptionUse } from "../../presentation/findings/exception-use.ts";
import { jsonText } from "../../presentation/findings/text.ts";
import { EVERYTHING } from "./filter.ts";
import type { FindingSource } from "./finding-sources.ts";
import type { Screen } from "../../command-line/screen.ts";
import type { Format } from "./options.ts";

/**
 * Prints each exception with its owner, its end, and whether open findings use it.
 *
 * @returns the exit code
 * @example await listExceptions(await exceptionsOf("Pulumi.dev.yaml"), source, "table", new Date(), output);
 */
export async function listExceptions(
  exceptions: readonly PatchException[],
  source: FindingSource,
  format: Format,
  now: Date,
  output: { readonly screen: Screen; readonly print: (text: string) => void },
): Promise<number> {
  const { account, region, entries } = await source.read({ ...EVERYTHING, state: "ACTIVE" });
  const findings = entries.map(({ finding }) => finding);
  const uses = exceptionUses(exceptions, findings, now);
  switch (format) {
    case "json":
      output.print(jsonText(uses));
      break;
    case "csv":
      output.print(csv(uses).trimEnd());
      break;
    case "table":
      if (uses.length > 0) output.print(table(uses, output.screen.columns));
      output.print(`${counted(uses.length, "exception")}, compared with the findings in account ${account}, ${region}`);
  }
  return 0;
}

const COLUMNS: Readonly<Record<keyof ExceptionUse, string>> = {
  state: "State",
  nodes: "Nodes",
  until: "Until",
  daysLeft: "Days left",
  owner: "Owner",
  covers: "Covers",
  reason: "Reason",
  ticket: "Ticket",
  key: "Key",
};
const NAMES = Object.keys(COLUMNS) as (keyof ExceptionUse)[];
/** Characters of a column, with one space on each side. */
const WIDTHS = { state: 10, nodes: 7, until: 12, daysLeft: 11, owner: 14 } as const;
const SHOWN = [...(Object.keys(WIDTHS) as (keyof typeof WIDTHS)[]), "covers"] as const;

function csv(uses: readonly ExceptionUse[]): string {
  const lines = uses.map((use) => NAMES.map((name) => use[name]));
  return stringify([NAMES.map((name) => (name === "daysLeft" ? "days_left" : name)), ...lines], {
    escape_formulas: true,
  });
}

function table(uses: readonly ExceptionUse[], columns: number | undefined): string {
  const fixed = Object.values(WIDTHS);
  const left = (columns ?? 0) - fixed.reduce((sum, width) => sum + width + 1, 2);
  const rows = new Table({
    head: SHOWN.map((name) => COLUMNS[name]),
    style: { head: [], border: [], compact: true },
    ...(columns !== undefined && { colWidths: [...fixed, Math.max(20, left)], wordWrap: true }),
  });
  for (const use of uses) rows.push([use.state, use.nodes, lastDay(use.until), use.daysLeft, use.owner, use.covers]);
  return rows.toString();
}
