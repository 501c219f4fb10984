import { basename, resolve } from "node:path";
import { InputError } from "../../command-line/input-error.ts";
import { readJsonFile } from "../../command-line/json-file.ts";
import { requireWritable, writeResult } from "../../command-line/writable-file.ts";
import type { PatchException } from "../../contract/policies.ts";
import type { FindingView } from "../../presentation/findings/finding-view.ts";
import { isOpen, worstFirst } from "../../presentation/findings/summary.ts";
import { findingsCsv } from "../../presentation/findings/csv.ts";
import { exceptionsOf } from "./stack-settings.ts";
import { EVERYTHING } from "./filter.ts";
import { matching } from "./finding-sources.ts";

/** What a report shows besides the findings of now. */
export interface ReportExtras {
  /** Earlier findings, in the AWS Security Finding Format. */
  readonly previous?: readonly object[];
  readonly exceptions?: readonly PatchException[];
  /** A file for all findings as CSV. */
  readonly csv?: string;
}

/** The files that a report names. */
interface ReportFiles {
  readonly previous?: string;
  readonly config?: string;
  readonly csv?: string;
}

/**
 * Reads the files that a report names.
 *
 * @throws {InputError} if one cannot be used
 * @example const extras = await extrasOf({ previous: "last-month.json" });
 */
export async function extrasOf({ previous, config, csv }: ReportFiles): Promise<ReportExtras> {
  return {
    ...(previous !== undefined && { previous: await previousFindings(previous) }),
    ...(config !== undefined && { exceptions: await exceptionsOf(config) }),
    ...(csv !== undefined && { csv }),
  };
}

const ALLOWED = "give a file from npm run findings -- list --format json, or from npm start -- --report FILE";

/** Reads earlier findings: a list of them, or a report of a local run. */
async function previousFindings(file: string): Promise<object[]> {
  const content = await readJsonFile(file);
  const inReport =
    typeof content === "object" && content !== null && "findings" in content ? content.findings : content;
  if (!Array.isArray(inReport)) throw new InputError(`${file}: has no list of findings; ${ALLOWED}`);
  const { entries: found } = matching(
    inReport.filter((one) => typeof one === "object" && one !== null),
    EVERYTHING,
  );
  if (found.length < inReport.length) {
    throw new InputError(`${file}: ${inReport.length - found.length} of its entries have no Id; ${ALLOWED}`);
  }
  return found.map(({ finding }) => finding);
}

/**
 * Refuses earlier findings of another account or Region, which would all look closed.
 *
 * @throws {InputError}
 */
export function requireSameScope(extras: ReportExtras, account: string, region: string): void {
  const own = matching(extras.previous ?? [], EVERYTHING).entries.filter(({ view }) => view.kind !== "other");
  const other = own.find(({ view }) => view.account !== account || view.region !== region);
  if (other === undefined || account === "unknown") return;
  throw new InputError(
    `--previous has findings of account ${other.view.account}, ${other.view.region}; ` +
      `give a file with those of account ${account}, ${region}`,
  );
}

/**
 * Checks that the report and its CSV file can be written, and are two files.
 *
 * @throws {InputError}
 * @example await requireOutputs("report.html", "report.csv");
 */
export async function requireOutputs(file: string, csv: string | undefined): Promise<void> {
  await requireWritable(file, "the report");
  if (csv === undefined) return;
  if (resolve(csv) === resolve(file)) throw new InputError("--csv and --out name the same file; give two files");
  await requireWritable(csv, "the CSV file");
}

/**
 * Writes all findings as CSV, open ones first.
 *
 * @returns the name of the file for the report, which stands beside it
 * @throws {InputError} if the file cannot be written
 */
export async function writeCsv(file: string, views: readonly FindingView[], now: Date): Promise<string> {
  const sorted = worstFirst(views);
  const isClosed = (view: FindingView) => !isOpen(view);
  await writeResult(file, findingsCsv([...sorted.filter(isOpen), ...sorted.filter(isClosed)], now), "the CSV file");
  return basename(file);
}
