import type { Patch } from "../../compliance/patch.ts";

/** Enough to triage a node. The exact total is in ProductFields. */
const MAX_VULNERABILITIES = 100;
const MAX_PATCHES_PER_CVE = 5;

/** Returns the CVEs that the worst patches fix, in the patches' order; empty if none is known. */
export function vulnerabilities(worst: readonly Patch[]) {
  const patchesOf = new Map<string, string[]>();
  for (const { id, cves } of worst) {
    for (const cve of cves) patchesOf.set(cve, [...(patchesOf.get(cve) ?? []), id]);
  }
  const listed = [...patchesOf].slice(0, MAX_VULNERABILITIES).map(([cve, patches]) => ({
    Id: cve,
    VulnerablePackages: patches.slice(0, MAX_PATCHES_PER_CVE).map((name) => ({ Name: name })),
    // The listed patch fixes it.
    FixAvailable: "YES" as const,
    ReferenceUrls: [`https://nvd.nist.gov/vuln/detail/${cve}`],
  }));
  return listed.length === 0 ? {} : { Vulnerabilities: listed };
}

/** Counts the distinct CVE ids among the listed patches. */
export function listedCves(worst: readonly Patch[]): number {
  return Math.min(new Set(worst.flatMap(({ cves }) => cves)).size, MAX_VULNERABILITIES);
}
