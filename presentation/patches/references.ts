/**
 * Returns the page of a CVE in the National Vulnerability Database, or undefined if the id is not well-formed.
 *
 * @example cveReference("CVE-2026-40361"); // "https://nvd.nist.gov/vuln/detail/CVE-2026-40361"
 */
export function cveReference(cve: string): string | undefined {
  return /^CVE-\d{4}-\d{4,19}$/.test(cve) ? `https://nvd.nist.gov/vuln/detail/${cve}` : undefined;
}

/**
 * Returns Microsoft's page of a KB number, or undefined for any other patch.
 *
 * @example patchReference("KB5068781"); // "https://support.microsoft.com/help/5068781"
 */
export function patchReference(patch: string): string | undefined {
  const number = /^KB(\d{4,10})$/.exec(patch)?.[1];
  return number === undefined ? undefined : `https://support.microsoft.com/help/${number}`;
}
