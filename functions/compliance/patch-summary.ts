import { NAMED_EXCEPTIONS } from "../../contract/policies.ts";
import { perCause, type Cause, type CauseCounts } from "../../contract/causes.ts";
import type { Patch, Rated } from "./patch.ts";
import { patchesWorstFirst } from "./worst-first.ts";
import { cleanText, jsonBytes } from "../runtime/text.ts";

/** A node's noncompliant patches in bounded size: exact totals, all kinds that matter to the severity, and the worst. */
export interface PatchSummary {
  readonly total: number;
  readonly causes: CauseCounts;
  /** One entry per distinct combination of the values that severity rules match, worst first. */
  readonly kinds: readonly PatchKind[];
  /** As many of the worst patches as the budget carries, in a fixed order. */
  readonly worst: readonly Patch[];
  /** Distinct CVE ids over all patches. */
  readonly cves: number;
  /** The patches that exceptions accept. Absent if there are none. */
  readonly accepted?: { readonly count: number; readonly by: readonly number[] };
}

export interface PatchKind extends Rated {
  readonly count: number;
  /** True if exceptions accept all patches of this kind. */
  readonly accepted?: true;
  /** The id of the first patch of this kind. The finding names it if this kind decides the severity. */
  readonly example: string;
}

/** Bytes for the kinds that are not merged: about a dozen in practice. */
const KINDS_BUDGET = 1_100;
const MAX_EXAMPLE_BYTES = 64;
const MAX_WORST = 40;
/** A cumulative update can fix hundreds of CVEs. The total stays exact. */
const MAX_CVES_PER_PATCH = 12;

/**
 * Summarizes noncompliant patches.
 *
 * @param budget bytes of JSON; the totals always fit into 2 KB
 * @param endsFirst compares exceptions by their positions: the one that ends first comes first
 */
export function summarizePatches(
  patches: readonly Patch[],
  budget: number,
  endsFirst: (a: number, b: number) => number = (a, b) => a - b,
): PatchSummary {
  const ordered = patches.toSorted(patchesWorstFirst);
  const accepted = acceptedOf(ordered, endsFirst);
  const summary = {
    ...(accepted && { accepted }),
    total: ordered.length,
    causes: countCauses(ordered),
    kinds: groupKinds(ordered),
    cves: new Set(ordered.flatMap(({ cves }) => cves)).size,
  };
  return { ...summary, worst: takeWithin(ordered, budget - jsonBytes({ ...summary, worst: [] })) };
}

function acceptedOf(patches: readonly Patch[], endsFirst: (a: number, b: number) => number): PatchSummary["accepted"] {
  const by = patches.flatMap(({ accepted }) => accepted ?? []);
  if (by.length === 0) return undefined;
  return { count: by.length, by: [...new Set(by)].toSorted(endsFirst).slice(0, NAMED_EXCEPTIONS) };
}

/** Counts patches by cause. */
function countCauses(patches: readonly Pick<Patch, "state">[]): CauseCounts {
  const counts = noCauses();
  for (const { state } of patches) if (state !== "compliant") counts[state] += 1;
  return counts;
}

export function noCauses(): Record<Cause, number> {
  return { ...perCause(() => 0), unknown: 0 };
}

/**
 * Groups patches by what severity rules match. Vendors' words are free text, so the number of kinds is not bounded. Past
 * the budget kinds differ by compliance level only. The list is in worst-first order, so the mildest kinds are merged.
 */
function groupKinds(ordered: readonly Patch[]): PatchKind[] {
  const all = countKinds(ordered.map((patch) => [kindKey(patch), patch]));
  let left = KINDS_BUDGET;
  const kept = all.filter((kind) => (left -= jsonBytes(kind) + 1) >= 0);
  const rest = all
    .slice(kept.length)
    .map(({ level, count, example, accepted }) => ({ level, count, example, ...(accepted && { accepted }) }));
  return [...kept, ...countKinds(rest.map((kind) => [`${kind.level} ${String(kind.accepted)}`, kind]))];
}

function kindKey({ level, vendor, classification, accepted }: Patch): string {
  return [level, vendor?.toLowerCase() ?? "", classification?.toLowerCase() ?? "", accepted !== undefined].join("\n");
}

function countKinds(entries: readonly (readonly [string, Patch | PatchKind])[]): PatchKind[] {
  const kinds = new Map<string, PatchKind>();
  for (const [key, one] of entries) {
    const count = "count" in one ? one.count : 1;
    const known = kinds.get(key);
    kinds.set(key, known ? { ...known, count: known.count + count } : { ...kindOf(one), count });
  }
  return [...kinds.values()];
}

function kindOf(one: Patch | PatchKind): Omit<PatchKind, "count"> {
  const { level, vendor, classification, accepted } = one;
  const example = "example" in one ? one.example : (cleanText(one.id, MAX_EXAMPLE_BYTES) ?? one.id);
  const isAccepted = accepted !== undefined && { accepted: true as const };
  return { level, ...(vendor && { vendor }), ...(classification && { classification }), ...isAccepted, example };
}

function takeWithin(ordered: readonly Patch[], budget: number): Patch[] {
  const worst: Patch[] = [];
  let left = budget;
  for (const one of ordered.slice(0, MAX_WORST)) {
    const entry = { ...one, cves: one.cves.slice(0, MAX_CVES_PER_PATCH) };
    left -= jsonBytes(entry) + 1;
    if (left < 0) break;
    worst.push(entry);
  }
  return worst;
}
