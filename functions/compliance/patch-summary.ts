import { perCause, type Cause, type CauseCounts } from "../../contract/causes.ts";
import type { Package, Rated } from "./patch.ts";
import { patchesWorstFirst } from "./worst-first.ts";
import { cleanText, jsonBytes } from "../runtime/text.ts";

/** All noncompliant packages of a node in bounded size: exact totals, every kind that severity can depend on, the worst. */
export interface PackageSummary {
  readonly total: number;
  readonly causes: CauseCounts;
  /** One entry per distinct combination of what severity rules look at, worst first. */
  readonly kinds: readonly PackageKind[];
  /** As many of the worst packages as the budget carries, in a fixed order. */
  readonly worst: readonly Package[];
  /** Distinct CVE ids over all packages. */
  readonly cves: number;
}

export interface PackageKind extends Rated {
  readonly count: number;
  /** The first of them, to name where a kind decides the severity. */
  readonly example: string;
}

/** Bytes for the kinds that stay apart; about a dozen in practice. */
const KINDS_BUDGET = 1_100;
const MAX_EXAMPLE_BYTES = 64;
const MAX_WORST = 40;
/** A cumulative update can fix hundreds; the total stays exact. */
const MAX_CVES_PER_PACKAGE = 12;

/** @param budget bytes of JSON that the summary may take; its totals always fit into 2 KB */
export function summarizePackages(packages: readonly Package[], budget: number): PackageSummary {
  const ordered = packages.toSorted(patchesWorstFirst);
  const summary = {
    total: ordered.length,
    causes: countCauses(ordered),
    kinds: groupKinds(ordered),
    cves: new Set(ordered.flatMap((one) => one.cves)).size,
  };
  return { ...summary, worst: takeWithin(ordered, budget - jsonBytes({ ...summary, worst: [] })) };
}

/** Number of packages by cause. */
function countCauses(packages: readonly Pick<Package, "state">[]): CauseCounts {
  const counts = noCauses();
  for (const { state } of packages) if (state !== "compliant") counts[state] += 1;
  return counts;
}

export function noCauses(): Record<Cause, number> {
  return { ...perCause(() => 0), unknown: 0 };
}

/**
 * Vendors' words are free text, so the number of kinds is not bounded: past the budget only the compliance level stays
 * apart. The list is in worst-first order, so what is merged are the mildest.
 */
function groupKinds(ordered: readonly Package[]): PackageKind[] {
  const all = countKinds(ordered.map((one) => [kindKey(one), one]));
  let left = KINDS_BUDGET;
  const kept = all.filter((kind) => (left -= jsonBytes(kind) + 1) >= 0);
  const rest = all.slice(kept.length).map(({ level, count, example }) => ({ level, count, example }));
  return [...kept, ...countKinds(rest.map((kind) => [kind.level, kind]))];
}

function kindKey({ level, vendor, classification }: Rated): string {
  return [level, vendor?.toLowerCase() ?? "", classification?.toLowerCase() ?? ""].join("\n");
}

function countKinds(entries: readonly (readonly [string, Package | PackageKind])[]): PackageKind[] {
  const kinds = new Map<string, PackageKind>();
  for (const [key, one] of entries) {
    const count = "count" in one ? one.count : 1;
    const known = kinds.get(key);
    kinds.set(key, known ? { ...known, count: known.count + count } : { ...kindOf(one), count });
  }
  return [...kinds.values()];
}

function kindOf(one: Package | PackageKind): Omit<PackageKind, "count"> {
  const { level, vendor, classification } = one;
  const example = "example" in one ? one.example : (cleanText(one.id, MAX_EXAMPLE_BYTES) ?? one.id);
  return { level, ...(vendor && { vendor }), ...(classification && { classification }), example };
}

function takeWithin(ordered: readonly Package[], budget: number): Package[] {
  const worst: Package[] = [];
  let left = budget;
  for (const one of ordered.slice(0, MAX_WORST)) {
    const entry = { ...one, cves: one.cves.slice(0, MAX_CVES_PER_PACKAGE) };
    left -= jsonBytes(entry) + 1;
    if (left < 0) break;
    worst.push(entry);
  }
  return worst;
}
