import type { Package } from "../compliance/patch.ts";

/** Enough to triage a node; the exact total stands in ProductFields. */
const MAX_VULNERABILITIES = 100;
const MAX_PACKAGES_PER_CVE = 5;

/** The CVEs that the worst missing packages fix, in the packages' order. Empty where none is known. */
export function vulnerabilities(worst: readonly Package[]) {
  const packagesOf = new Map<string, string[]>();
  for (const { id, cves } of worst) {
    for (const cve of cves) packagesOf.set(cve, [...(packagesOf.get(cve) ?? []), id]);
  }
  const listed = [...packagesOf].slice(0, MAX_VULNERABILITIES).map(([cve, packages]) => ({
    Id: cve,
    VulnerablePackages: packages.slice(0, MAX_PACKAGES_PER_CVE).map((name) => ({ Name: name })),
    // The patch that would close it exists: that is what the node lacks.
    FixAvailable: "YES" as const,
    ReferenceUrls: [`https://nvd.nist.gov/vuln/detail/${cve}`],
  }));
  return listed.length === 0 ? {} : { Vulnerabilities: listed };
}

/** Distinct CVE ids among the listed packages. */
export function listedCves(worst: readonly Package[]): number {
  return Math.min(new Set(worst.flatMap((one) => one.cves)).size, MAX_VULNERABILITIES);
}
