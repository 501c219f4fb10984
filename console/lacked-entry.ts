/** Patches and CVEs in the same form: what nodes lack. */
import type { CveEntry } from "../presentation/patches/cve-index.ts";
import type { Gaps } from "../presentation/patches/incomplete.ts";
import type { Lacking } from "../presentation/patches/node-with-patch.ts";
import type { PatchEntry } from "../presentation/patches/patch-index.ts";
import { cveReference, patchReference } from "../presentation/patches/references.ts";

/** A patch or a CVE. */
export interface LackedEntry extends Lacking {
  readonly id: string;
  readonly title?: string;
  /** CVEs of a patch, patches against a CVE. */
  readonly related: readonly string[];
}

/** The patches or the CVEs. */
export interface LackedIndex {
  /** The plural of what findings list only in part. */
  readonly what: "patches" | "CVEs";
  /** Worst first. */
  readonly entries: readonly LackedEntry[];
  readonly gaps: Gaps;
  readonly reference: (id: string) => string | undefined;
}

export function ofPatches({ patches, ...gaps }: Gaps & { readonly patches: readonly PatchEntry[] }): LackedIndex {
  const entries = patches.map(({ key, cves, ...rest }) => ({ id: key, related: cves, ...rest }));
  return { what: "patches", entries, gaps, reference: patchReference };
}

export function ofCves({ cves, ...gaps }: Gaps & { readonly cves: readonly CveEntry[] }): LackedIndex {
  const entries = cves.map(({ cve, patches, ...rest }) => ({ id: cve, related: patches, ...rest }));
  return { what: "CVEs", entries, gaps, reference: cveReference };
}
