import { compareSeverities, compareTexts } from "../findings/summary.ts";
import type { FindingRow } from "../search/finding-index.ts";
import { findingParts, type ReadRows } from "./finding-parts.ts";
import type { Gaps } from "./incomplete.ts";
import { lacking, worstFirst, type Lacking, type NodeWithPatch } from "./node-with-patch.ts";

/** A patch, and the nodes that lack it. */
export interface PatchEntry extends Lacking {
  /** The KB number, or the package without its version. */
  readonly key: string;
  readonly title?: string;
  /** The listed CVEs that it fixes, upper case, newest first. */
  readonly cves: readonly string[];
}

/** All patches that open findings list. */
export interface PatchIndex extends Gaps {
  /** Worst severity first, then most nodes. */
  readonly patches: readonly PatchEntry[];
  readonly byKey: ReadonlyMap<string, PatchEntry>;
}

/**
 * Returns the patches that nodes lack. Takes active findings of this program, whatever their workflow status: a node of a
 * suppressed finding lacks its patches, too.
 *
 * @param read returns the rows of nodes that were read
 * @example patchIndex(rows).byKey.get("KB5068781")?.nodes.length; // 12
 */
export function patchIndex(rows: readonly FindingRow[], read?: ReadRows): PatchIndex {
  const active = activeRows(rows);
  const found = new Map<string, Found>();
  const incomplete = active.flatMap((row) => {
    const { patches, somePatches } = findingParts(row, read?.(row.view));
    for (const { key, title, cves, node } of patches) {
      const entry = found.get(key) ?? { cves: new Set<string>(), nodes: [] };
      if (entry.nodes.length === 0) found.set(key, entry);
      if (entry.title === undefined && title !== undefined) entry.title = title;
      for (const cve of cves) entry.cves.add(cve);
      entry.nodes.push(node);
    }
    return somePatches ?? [];
  });
  const patches = Array.from(found, ([key, one]) => entryOf(key, one)).sort(
    (a, b) => worstFirst(a, b) || compareTexts(a.key, b.key),
  );
  return { patches, byKey: new Map(patches.map((one) => [one.key, one])), incomplete, blindSpots: blindSpots(active) };
}

/**
 * Returns the patch that somebody asks for, in any letter case.
 *
 * @example findPatch(index, "kb5068781")?.title;
 */
export function findPatch({ byKey, patches }: PatchIndex, key: string): PatchEntry | undefined {
  const wanted = key.trim().toLowerCase();
  return byKey.get(key) ?? patches.find((one) => one.key.toLowerCase() === wanted);
}

/** Returns the findings of this program that are active, worst first. */
export function activeRows(rows: readonly FindingRow[]): FindingRow[] {
  return rows
    .filter(({ view }) => view.kind !== "other" && view.recordState !== "ARCHIVED")
    .sort(
      (a, b) =>
        compareSeverities(a.view.severity, b.view.severity) ||
        compareTexts(a.view.nodeId, b.view.nodeId) ||
        compareTexts(a.key, b.key),
    );
}

/** Counts the nodes whose patch status is unknown. */
export function blindSpots(rows: readonly FindingRow[]): number {
  return rows.filter(({ view }) => view.kind === "blindSpot").length;
}

/** Compares the digits in CVE ids as numbers. */
const byNumber = new Intl.Collator("en", { numeric: true });

interface Found {
  title?: string;
  readonly cves: Set<string>;
  readonly nodes: NodeWithPatch[];
}

function entryOf(key: string, { title, cves, nodes }: Found): PatchEntry {
  return {
    key,
    ...(title !== undefined && { title }),
    cves: [...cves].sort((a, b) => byNumber.compare(b, a)),
    ...lacking(nodes),
  };
}
