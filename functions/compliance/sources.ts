import { CAUSES } from "../../contract/causes.ts";
import { counted } from "../../contract/counted.ts";
import { compareText } from "../runtime/order.ts";
import { allCounts, countsAny, noncompliantCount, type SourceReading } from "./reading.ts";
import { reportedRank } from "./worst-first.ts";

/** If a node's clock runs ahead by more than this, its times are not believed. */
const CLOCK_TOLERANCE_MS = 15 * 60_000;
/** Operations within this time of the newest count: two tools with different baselines may take turns on a node. */
const CURRENT_MS = 7 * 24 * 60 * 60_000;

/** Returns the sources that count, newest first. A source whose clock runs ahead is no newer than the reading. */
export function currentSources(sources: readonly SourceReading[], readAt: string): SourceReading[] {
  const newest = Math.min(Math.max(...sources.map(endTime)), Date.parse(readAt));
  return sources.filter((source) => newest - endTime(source) <= CURRENT_MS).toSorted((a, b) => endTime(b) - endTime(a));
}

/**
 * Returns whether the source is too old to count beside a newer one. A compliant association may then be that newer
 * source: it replaces an old noncompliant patch state, and shows that the node still reports.
 */
export function isOutdated(source: SourceReading, readAt: string): boolean {
  return Date.parse(readAt) - endTime(source) > CURRENT_MS;
}

/**
 * Bounds any number of sources of one kind to two: the newest, which orders the finding, and of the current ones the one
 * that reports the worst. The others could not change what Evaluate and ChooseSeverity say.
 */
export function decisiveSources(sources: readonly SourceReading[], readAt: string): SourceReading[] {
  const current = currentSources(sources, readAt);
  const [newest] = current;
  if (newest === undefined) return [];
  // Chosen without the newest, so that a reading of all sources and one of the noncompliant sources agree.
  const [worst] = current.filter(isNoncompliant).toSorted(worstFirst);
  return worst === undefined || worst === newest ? [newest] : [newest, worst];
}

function worstFirst(a: SourceReading, b: SourceReading): number {
  const byCount = noncompliantCount(b.counts) - noncompliantCount(a.counts);
  const byTime = endTime(b) - endTime(a);
  return (
    reportedRank(a) - reportedRank(b) || byCount || byTime || compareText(a.operationId ?? "", b.operationId ?? "")
  );
}

/**
 * Returns whether Systems Manager reports anything against the node here. That is what the data says. Evaluate alone
 * judges the node by it, with the data's age and its contradictions.
 */
export function isNoncompliant(source: SourceReading): boolean {
  return countsNoncompliant(source) || (source.patches?.total ?? 0) > 0 || source.status === "NON_COMPLIANT";
}

/**
 * Returns whether the numbers alone say so. A critical, security or other count above 0 means NON_COMPLIANT, and only a
 * noncompliant node has a NonCompliantSeverity. No other numbers include available security updates.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstancePatchState.html
 */
function countsNoncompliant({ counts, nonCompliantSeverity }: SourceReading): boolean {
  return countsAny(counts) || nonCompliantSeverity !== undefined;
}

/** Returns the operation's end, or else its start, in epoch milliseconds; 0 if neither is known. */
export function endTime({ endedAt, startedAt }: SourceReading): number {
  return Date.parse(endedAt ?? startedAt ?? "") || 0;
}

interface OperationEnd {
  readonly endedAt: string;
  readonly known: boolean;
  readonly note?: string;
}

/** Returns the newest operation's end, or the reading time if the node's clock cannot be right. */
export function operationEnd(sources: readonly SourceReading[], readAt: string): OperationEnd {
  const end = Math.max(...sources.map(endTime));
  if (end === 0) {
    return {
      endedAt: readAt,
      known: false,
      note: "the end of the operation is unknown, so the time of the reading is used",
    };
  }
  const endedAt = new Date(end).toISOString();
  if (end <= Date.parse(readAt) + CLOCK_TOLERANCE_MS) return { endedAt, known: true };
  return {
    endedAt: readAt,
    known: true,
    note: `the node's clock is ahead (${endedAt}), so the time of the reading is used`,
  };
}

/**
 * Returns the contradictions in a source. Only the four noncompliant states are compared, and only if there are rows:
 * compliant counts have another scope, and the critical, security and other counts overlap. If these or the reported
 * severity say noncompliant, there must be at least one row. Without any, the rows may not have arrived yet.
 */
export function contradictions(source: SourceReading): string[] {
  const { startedAt, endedAt, status, counts } = source;
  const found = source.kind === "Patch" && !source.countedFromRows ? countContradictions(source) : [];
  if (startedAt !== undefined && endedAt !== undefined && Date.parse(endedAt) < Date.parse(startedAt)) {
    found.push(`the operation ended (${endedAt}) before it started (${startedAt})`);
  }
  if (status !== undefined && (status === "NON_COMPLIANT") !== countsNoncompliant(source)) {
    const noncompliant = noncompliantCount(counts);
    found.push(
      countsNoncompliant(source) && noncompliant === 0
        ? `status ${status}, but the counts are of a noncompliant node`
        : `status ${status}, but ${counted(noncompliant, "noncompliant patch", "noncompliant patches")} in the counts`,
    );
  }
  if (source.patches?.total === 0 && noncompliantCount(counts) === 0 && countsNoncompliant(source)) {
    found.push("Systems Manager counts the node as noncompliant, but lists no noncompliant patch");
  }
  return found;
}

function countContradictions({ counts, patches }: SourceReading): string[] {
  if (patches === undefined) return [];
  const { causes } = patches;
  const all = allCounts(counts);
  // Rows without a known state are counted as a whole.
  const rows = patches.total - CAUSES.reduce((sum, { cause, always }) => sum + (always ? 0 : causes[cause]), 0);
  if (causes.unknown > 0) {
    return rows === noncompliantCount(counts) ? [] : [mismatch("noncompliant", noncompliantCount(counts), rows)];
  }
  return CAUSES.filter(({ cause, always }) => always && all[cause] !== causes[cause]).map(({ cause, label }) =>
    mismatch(label, all[cause], causes[cause]),
  );
}

function mismatch(what: string, inCounts: number, listed: number): string {
  return `${what}: ${inCounts} counted, ${listed} listed`;
}
