import { InputError } from "../../command-line/input-error.ts";
import { readJsonFile } from "../../command-line/json-file.ts";
import type { PatchException } from "../../contract/policies.ts";
import { exceptionsOf } from "./exceptions.ts";
import { EVERYTHING } from "./filter.ts";
import { matching } from "./finding-sources.ts";

/** What a report shows besides the findings of now. */
export interface ReportExtras {
  /** Earlier findings, in the AWS Security Finding Format. */
  readonly previous?: readonly object[];
  readonly exceptions?: readonly PatchException[];
}

/**
 * Reads the files that a report names.
 *
 * @throws {InputError} if one cannot be used
 * @example const extras = await extrasOf({ previous: "last-month.json" });
 */
export async function extrasOf(files: { readonly previous?: string; readonly config?: string }): Promise<ReportExtras> {
  const { previous, config } = files;
  return {
    ...(previous !== undefined && { previous: await previousFindings(previous) }),
    ...(config !== undefined && { exceptions: await exceptionsOf(config) }),
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
