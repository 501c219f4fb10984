import { omit } from "../runtime/omit.ts";
import { READING_BUDGET, type NodeDescription, type PatchCounts, type SourceReading } from "./reading.ts";
import { endTime } from "./sources.ts";
import { jsonBytes } from "../runtime/text.ts";

/** A reading, or the evidence that a verdict keeps of it. */
interface Shortenable {
  readonly node?: NodeDescription;
  readonly sources: readonly SourceReading[];
}

/**
 * Returns a node's reading as the next states get it. Names, groups and other sources take precedence over the list of
 * patches. Counts of zero are left out before the list gets shorter.
 *
 * @param share bytes of JSON that this node may take; real data never needs more than a shorter list to stay within
 */
export function fitReading<Reading extends Shortenable>(reading: Reading, share: number): Reading {
  const brief = withOnePatchGroup(reading);
  if (jsonBytes(brief) <= Math.min(READING_BUDGET, share)) return brief;
  return fitNode(shortenList(withoutZeros(brief), READING_BUDGET), share);
}

/**
 * Keeps one node within its share, whatever other nodes are in the batch. First the list of patches gets shorter, then
 * descriptions are left out. Names and groups are left out only if hostile strings fill all other fields. Totals, kinds
 * and platform stay, so neither verdict nor severity changes.
 */
export function fitNode<Reading extends Shortenable>(reading: Reading, share: number): Reading {
  const steps = [withoutZeros, shortenList, withoutDescriptions, withoutNames];
  return steps.reduce((shorter, step) => (jsonBytes(shorter) <= share ? shorter : step(shorter, share)), reading);
}

/** Keeps the patch group of the newest source only. It is the node's tag, and takes up to 1 KB. */
function withOnePatchGroup<Reading extends Shortenable>(reading: Reading): Reading {
  const newestFirst = reading.sources.toSorted((a, b) => endTime(b) - endTime(a));
  const keeper = newestFirst.find(({ patchGroup }) => patchGroup !== undefined);
  const sources = reading.sources.map((source) => (source === keeper ? source : omit(source, "patchGroup")));
  return { ...reading, sources };
}

function shortenList<Reading extends Shortenable>(reading: Reading, share: number): Reading {
  let excess = jsonBytes(reading) - share;
  const sources = reading.sources.map((source) => {
    if (source.patches === undefined) return source;
    const worst = [...source.patches.worst];
    // Each entry has a comma.
    while (excess > 0 && worst.length > 0) excess -= jsonBytes(worst.pop()) + 1;
    return { ...source, patches: { ...source.patches, worst } };
  });
  return { ...reading, sources };
}

function withoutDescriptions<Reading extends Shortenable>(reading: Reading): Reading {
  const sources = reading.sources.map((source) => {
    const { startedAt, endedAt } = source;
    // A start after the end stays: it is a contradiction that the verdict must see.
    const spare = startedAt !== undefined && endedAt !== undefined && Date.parse(startedAt) <= Date.parse(endedAt);
    const shorter = omit(source, "executionType", "operation", "rebootOption");
    return spare ? omit(shorter, "startedAt") : shorter;
  });
  return { ...reading, sources };
}

function withoutZeros<Reading extends Shortenable>(reading: Reading): Reading {
  const sources = reading.sources.map((source) => ({ ...source, counts: positiveCounts(source.counts) }));
  return { ...reading, sources };
}

function positiveCounts(counts: Partial<PatchCounts>): Partial<PatchCounts> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function withoutNames<Reading extends Shortenable>(reading: Reading): Reading {
  const { node } = reading;
  const sources = reading.sources.map((source) => omit(source, "patchGroup"));
  return { ...reading, ...(node && { node: omit(node, "computerName", "platformVersion") }), sources };
}
