/** Matches findings by what people know of them: a name, a patch, a CVE. Case and Unicode forms do not matter. */
import type { FindingView } from "./finding-view.ts";
import { patchKey, unnamedPatches } from "./patch-names.ts";
import { cveTotal, system } from "./summary.ts";

/** Ends of a package's name in rpm and dpkg, which people leave out. */
const ARCHITECTURE = /\.(?:aarch64|all|amd64|arm64|i[3-6]86|noarch|s390x|src|x86_64)$/;

const folded = (text: string): string => text.normalize("NFKC").trim().toLowerCase();

/** Returns whether the computer name or the node id contains the text. */
export function hasName({ computerName = "", nodeId }: FindingView, text: string): boolean {
  return [computerName, nodeId].some((name) => folded(name).includes(folded(text)));
}

/** Returns whether the computer name is exactly the text, in any case. */
export function isNamed({ computerName = "" }: FindingView, text: string): boolean {
  return computerName !== "" && folded(computerName) === folded(text);
}

/**
 * Returns whether the finding names a patch: its KB number or package, or the package with the beginning of its version.
 *
 * @example hasPatch(view, "openssl"); // also for openssl.x86_64:3.0.2, and not for openssl-libs
 */
export function hasPatch({ worstPatches, patchesSince }: FindingView, text: string): boolean {
  const wanted = folded(text);
  return [...worstPatches, ...patchesSince.map(({ patch }) => patch)].some((name) => {
    const id = folded(name.replace(/ \(.*$/, ""));
    const key = folded(patchKey(name));
    return [id, key, key.replace(ARCHITECTURE, "")].includes(wanted) || isVersionOf(id, key, wanted);
  });
}

/** Returns whether the wanted text is the package and a part of the version that ends where a number ends. */
function isVersionOf(id: string, key: string, wanted: string): boolean {
  return wanted.length > key.length && id.startsWith(wanted) && /^[^\p{L}\p{N}]/u.test(id.slice(wanted.length));
}

/** Returns whether the finding names only some of its patches, so that one may be missing from it. */
export function namesSomePatches({ worstPatchesText }: FindingView): boolean {
  return unnamedPatches(worstPatchesText) !== undefined;
}

/** Returns whether the finding lists the CVE. */
export function hasCve({ vulnerabilities }: FindingView, cve: string): boolean {
  return vulnerabilities.some(({ id }) => folded(id) === folded(cve));
}

/** Returns whether the finding lists only some of its CVEs, so that one may be missing from it. */
export function listsSomeCves(view: FindingView): boolean {
  return cveTotal(view) > view.vulnerabilities.length;
}

/** Returns whether the platform and its version contain the text. */
export function isOnPlatform(view: FindingView, text: string): boolean {
  return folded(system(view)).includes(folded(text));
}

/** Returns whether the node's patch group is exactly the text, in any case. */
export function isInPatchGroup({ patchGroup = "" }: FindingView, text: string): boolean {
  return patchGroup !== "" && folded(patchGroup) === folded(text);
}
