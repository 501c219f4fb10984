import { ALWAYS_NONCOMPLIANT, perCause, type CauseCounts } from "../../contract/causes.ts";
import { compareContent } from "../runtime/order.ts";
import { NO_EXCEPTIONS, type Exceptions } from "./exceptions.ts";
import { noncompliantPatch, type PatchRow } from "./patch.ts";
import { summarizePatches, type PatchSummary } from "./patch-summary.ts";
import { PATCHES_BUDGET, type PatchCounts, type SourceReading } from "./reading.ts";
import { cleanText } from "../runtime/text.ts";
import { isoInstant } from "../runtime/time.ts";

/** A record of the Systems Manager API, with its field names. Every field may be missing. */
type Fields = Readonly<Record<string, unknown>>;

interface ComplianceRow {
  readonly ComplianceType?: string | undefined;
  readonly Id?: string | undefined;
  readonly Title?: string | undefined;
  readonly Status?: string | undefined;
  readonly Severity?: string | undefined;
  readonly ExecutionSummary?:
    | { readonly ExecutionTime?: unknown; readonly ExecutionType?: string | undefined }
    | undefined;
  readonly Details?: Readonly<Record<string, string>> | undefined;
}

/** An id or baseline that is longer than any real one is cut, never refused. */
const MAX_WORD_BYTES = 100;
/** A tag's value, which people filter by: 256 characters of any script. */
const MAX_PATCH_GROUP_BYTES = 1_024;
const MAX_SHORT_BYTES = 32;

/** Reads compliance type Patch: the patch state has the counts, compliance items the patches. */
export function patchSource(
  state: Fields,
  rows: readonly ComplianceRow[],
  hasRows: boolean,
  exceptions: Exceptions = NO_EXCEPTIONS,
): SourceReading {
  const head = {
    kind: "Patch" as const,
    ...executionType(rows),
    ...operation(state, state["Operation"]),
    counts: patchCounts(state),
  };
  return hasRows ? { ...head, patches: noncompliantSummary(rows.map(patchRow), exceptions) } : head;
}

/** Reads compliance type Patch without a patch state, from all its rows. */
export function patchSourceFromRows(
  rows: readonly ComplianceRow[],
  exceptions: Exceptions = NO_EXCEPTIONS,
): SourceReading {
  const patches = noncompliantSummary(rows.map(patchRow), exceptions);
  const leader = newestRow(rows);
  const newest = leader && isoTime(leader.ExecutionSummary?.ExecutionTime);
  const details = leader?.Details ?? {};
  return {
    kind: "Patch",
    ...executionType(rows),
    ...operation({ ...details, BaselineId: details["PatchBaselineId"] }, undefined),
    // The rows have the start of the operation, and no later time.
    ...(newest !== undefined && { startedAt: newest, endedAt: newest }),
    countedFromRows: true,
    counts: { ...patchCounts({}), ...alwaysNoncompliant(patches.causes), installed: rowsInState(rows, "installed") },
    patches,
  };
}

/**
 * Reads compliance type Association: all facts are in DetailedText, a JSON string whose values are strings.
 *
 * @throws {SyntaxError} if DetailedText is not a JSON object
 */
export function associationSource(row: ComplianceRow): SourceReading | undefined {
  const detailed = row.Details?.["DetailedText"];
  if (detailed === undefined || detailed.trim() === "") return undefined;
  const fields: unknown = JSON.parse(detailed);
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw new SyntaxError("DetailedText is not a JSON object");
  }
  const summary = fields as Fields;
  const id = cleanText(row.Id, MAX_WORD_BYTES);
  const status = cleanText(row.Status, MAX_SHORT_BYTES);
  return {
    kind: "Association",
    ...(id && { operationId: id }),
    ...executionType([row]),
    ...operation({ ...summary, BaselineId: row.Details?.["PatchBaselineId"] }, summary["OperationType"]),
    counts: patchCounts(summary),
    ...(status && { status }),
    ...reportedSeverity(summary),
  };
}

/** Reads inventory: AWS:PatchSummary has counts, AWS:PatchCompliance the patches. All values are strings. */
export function inventorySource(
  summary: Fields,
  entries: readonly Fields[],
  exceptions: Exceptions = NO_EXCEPTIONS,
): SourceReading {
  const head = {
    kind: "Inventory" as const,
    ...operation(summary, summary["OperationType"]),
    counts: patchCounts(summary),
    ...reportedSeverity(summary),
  };
  const rows = entries.map((entry) => ({
    id: entry["KBId"],
    title: entry["Title"],
    state: entry["State"],
    vendor: entry["Severity"],
    classification: entry["Classification"],
  }));
  return entries.length === 0 ? head : { ...head, patches: noncompliantSummary(rows, exceptions) };
}

function noncompliantSummary(rows: readonly PatchRow[], { accept, endsFirst }: Exceptions): PatchSummary {
  const patches = rows.flatMap((row) => noncompliantPatch(row, accept) ?? []);
  return summarizePatches(patches, PATCHES_BUDGET, endsFirst);
}

function patchRow({ Id, Title, Status, Severity, Details = {} }: ComplianceRow): PatchRow {
  return {
    id: Id,
    title: Title,
    state: Details["PatchState"],
    status: Status ?? "",
    level: Severity,
    vendor: Details["PatchSeverity"],
    classification: Details["Classification"],
    cves: Details["CVEIds"],
  };
}

function operation(fields: Fields, type: unknown) {
  const text = (key: string, value: unknown, max = MAX_SHORT_BYTES) => {
    const clean = cleanText(value, max);
    return clean === undefined ? {} : { [key]: clean };
  };
  const time = (key: string, value: unknown) => {
    const iso = isoTime(value);
    return iso === undefined ? {} : { [key]: iso };
  };
  return {
    ...text("baselineId", fields["BaselineId"], MAX_WORD_BYTES),
    ...text("patchGroup", fields["PatchGroup"], MAX_PATCH_GROUP_BYTES),
    ...text("operation", type),
    ...text("rebootOption", fields["RebootOption"]),
    ...time("startedAt", fields["OperationStartTime"]),
    ...time("endedAt", fields["OperationEndTime"]),
  };
}

/** Returns the newest row. Of rows with the same time it is the first by content: the pages' order does not matter. */
function newestRow(rows: readonly ComplianceRow[]): ComplianceRow | undefined {
  const timed = rows.map((row) => ({ row, time: isoTime(row.ExecutionSummary?.ExecutionTime) ?? "" }));
  const [first] = timed;
  return first && timed.reduce((best, one) => (speaksBefore(one, best) ? one : best)).row;
}

interface TimedRow {
  readonly row: ComplianceRow;
  readonly time: string;
}

function speaksBefore(a: TimedRow, b: TimedRow): boolean {
  return a.time === b.time ? compareContent(a.row, b.row) < 0 : a.time > b.time;
}

function executionType(rows: readonly ComplianceRow[]) {
  const type = cleanText(newestRow(rows)?.ExecutionSummary?.ExecutionType, MAX_SHORT_BYTES);
  return type === undefined ? {} : { executionType: type };
}

function reportedSeverity(summary: Fields) {
  const severity = cleanText(summary["NonCompliantSeverity"], MAX_SHORT_BYTES);
  return severity === undefined ? {} : { nonCompliantSeverity: severity };
}

function patchCounts(fields: Fields): PatchCounts {
  return {
    installed: count(fields["InstalledCount"]),
    installedOther: count(fields["InstalledOtherCount"]),
    ...perCause((row) => count(fields[row.count])),
    criticalNonCompliant: count(fields["CriticalNonCompliantCount"]),
    securityNonCompliant: count(fields["SecurityNonCompliantCount"]),
    otherNonCompliant: count(fields["OtherNonCompliantCount"]),
  };
}

/** Reads a count: a number or a string of digits. A missing one means 0. */
function count(value: unknown): number {
  const number = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number > 0 ? number : 0;
}

/** Returns ISO 8601 in UTC from what SDK, inventory and DetailedText use: a Date, a string, or epoch seconds. */
export function isoTime(value: unknown): string | undefined {
  const epochSeconds = typeof value === "string" && /^\d{9,11}(?:\.\d+)?$/.test(value) ? Number(value) : value;
  const date =
    typeof epochSeconds === "number"
      ? new Date(epochSeconds * 1000)
      : epochSeconds instanceof Date || typeof epochSeconds === "string"
        ? new Date(epochSeconds)
        : undefined;
  return date === undefined ? undefined : isoInstant(date.getTime());
}

function alwaysNoncompliant(counts: CauseCounts): Partial<PatchCounts> {
  return Object.fromEntries(ALWAYS_NONCOMPLIANT.map((cause) => [cause, counts[cause]]));
}

function rowsInState(rows: readonly ComplianceRow[], state: string): number {
  return rows.filter((row) => row.Details?.["PatchState"]?.toLowerCase() === state).length;
}
