/** Reads the patches that one finding lists, from all of its parts, each patch once. */
import { acceptedPatches } from "../findings/due-view.ts";
import type { FindingView } from "../findings/finding-view.ts";
import { patchKey, unnamedPatches } from "../findings/patch-names.ts";
import { cveTotal } from "../findings/summary.ts";

/** A noncompliant patch that a finding lists. */
export interface ListedPatch {
  /** KB number or package name, as the finding spells it. */
  readonly patch: string;
  /** The same on all nodes: the KB number, or the package without its version. */
  readonly key: string;
  /** What the patch is, in the vendor's words. Absent if the finding only names it. */
  readonly title?: string;
  /** Upper case. The finding may list only some. */
  readonly cves: readonly string[];
  /** The day since which the node has lacked it. */
  readonly since?: string;
  /** The due date of the finding, if this patch decided the severity that set it. Other patches may be due later. */
  readonly dueDate?: string;
  /** Until when, by whom and why an exception accepts it. */
  readonly accepted?: string;
}

/**
 * Returns a CVE id in the form by which it is compared.
 *
 * @example cveKey("cve-2026-40361"); // "CVE-2026-40361"
 */
export function cveKey(id: string): string {
  return id.trim().toUpperCase();
}

/**
 * Returns the patches that an open finding lists, in its order: worst first.
 *
 * @example listedPatches(view)[0]; // { patch: "KB5068781", key: "KB5068781", title: "2026-11 ...", cves: [...] }
 */
export function listedPatches(view: FindingView): readonly ListedPatch[] {
  const known = read.get(view) ?? readPatches(view);
  read.set(view, known);
  return known;
}

/** A view never changes, and every list of patches reads it. */
const read = new WeakMap<FindingView, readonly ListedPatch[]>();

function readPatches(view: FindingView): ListedPatch[] {
  if (view.recordState === "ARCHIVED") return [];
  const since = new Map(view.patchesSince.map((one) => [one.patch, one.since]));
  const cves = cvesOf(view);
  const accepted = acceptedOf(view);
  const titles = titlesOf(view, new Set([...since.keys(), ...cves.keys(), ...accepted.keys()]));
  const ids = new Set([...titles.keys(), ...since.keys(), ...cves.keys(), ...accepted.keys()]);
  // Without names, the finding has one entry for all of its patches.
  ids.delete(ALL_PATCHES);
  return Array.from(ids, (patch) => {
    const [title, day] = [titles.get(patch), since.get(patch)];
    const why = accepted.get(patch) ?? (view.accepted === "all" ? accepted.get(ALL_PATCHES) : undefined);
    return {
      patch,
      key: patchKey(patch),
      ...(title !== undefined && { title }),
      cves: [...(cves.get(patch) ?? [])],
      ...(day !== undefined && { since: day }),
      ...dueOf(view, patch),
      ...(why !== undefined && { accepted: why }),
    };
  });
}

/** Which part of its patches or CVEs a finding lists. */
export interface ListedPart {
  readonly listed: number;
  /** Absent: the finding does not say how many there are. */
  readonly total?: number;
}

/** Returns how many of its patches a finding lists; undefined if it lists all. */
export function unlistedPatches(view: FindingView, listed: number): ListedPart | undefined {
  const total = view.causes.reduce((sum, { count }) => sum + count, 0);
  if (unnamedPatches(view.worstPatchesText) === undefined && listed >= total) return undefined;
  return total > listed ? { listed, total } : { listed };
}

/** Returns how many of its CVEs a finding lists; undefined if it lists all. */
export function unlistedCves(view: FindingView): ListedPart | undefined {
  const [listed, total] = [view.vulnerabilities.length, cveTotal(view)];
  if (total > listed) return { listed, total };
  // The patches were counted and not read, so nothing tells their CVEs.
  const isCountedOnly = view.worstPatches.length === 0 && view.causes.length > 0;
  return isCountedOnly && listed === 0 ? { listed } : undefined;
}

function cvesOf({ vulnerabilities }: FindingView): Map<string, Set<string>> {
  const cves = new Map<string, Set<string>>();
  for (const { id, patches } of vulnerabilities) {
    for (const patch of patches) cves.set(patch, (cves.get(patch) ?? new Set()).add(cveKey(id)));
  }
  return cves;
}

const ACCEPTED_ENTRY = /^(.+?) accepted (until .+?)(?: and \d+ more)?$/;
/** The word for all patches, in a finding that names no accepted patch. */
const ALL_PATCHES = "patches";

function acceptedOf({ acceptedPatches: text, accepted }: FindingView): Map<string, string> {
  if (accepted === undefined) return new Map();
  return new Map(
    acceptedPatches(text).flatMap((entry) => {
      const [, patch, why] = ACCEPTED_ENTRY.exec(entry) ?? [];
      return patch === undefined || why === undefined ? [] : [[patch, why] as const];
    }),
  );
}

/** Returns the ids of the worst patches with their titles. A Linux title begins with the id of its package. */
function titlesOf({ worstPatches }: FindingView, ids: ReadonlySet<string>): Map<string, string | undefined> {
  const longestFirst = [...ids].sort((a, b) => b.length - a.length);
  return new Map(
    worstPatches.map((name) => {
      const patch = longestFirst.find((id) => beginsWith(name, id)) ?? patchKey(name);
      const rest = name.slice(patch.length);
      const title = /^ \((.+)\)$/.exec(rest)?.[1] ?? (rest === "" ? undefined : name);
      return [patch, title];
    }),
  );
}

function beginsWith(name: string, id: string): boolean {
  return name.startsWith(id) && !/^[\w-]/.test(name.slice(id.length));
}

/**
 * The due date belongs to a severity (`DueReason` begins with it). It is this patch's only if the patch decided the
 * severity of the finding, and that severity set the date.
 */
function dueOf(view: FindingView, patch: string): { dueDate?: string } {
  const { dueDate, dueReason, severityDecidedBy, severityReason } = view;
  if (dueDate === undefined || severityDecidedBy !== patch || dueReason === undefined) return {};
  return firstWord(dueReason) === firstWord(severityReason ?? "") ? { dueDate } : {};
}

function firstWord(text: string): string | undefined {
  return /^[A-Z]+/.exec(text)?.[0];
}
