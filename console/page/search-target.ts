/** Where the search box of the header leads. */
import { cveKey } from "../../presentation/patches/finding-patches.ts";
import { MAX_TEXT } from "../../presentation/search/query.ts";
import type { Route } from "./route.ts";

const CVE = /^cve-\d{4}-\d{4,19}$/i;
const KB = /^kb\d{4,10}$/i;
const NODE = /^(?:i|mi)-[0-9a-f]{8,40}$/i;

type Target = Pick<Route, "view" | "open"> & { readonly params?: URLSearchParams };

/**
 * Returns the page of the CVE, KB number or node that a text names, and the findings that have its words otherwise.
 *
 * @example searchTarget("cve-2026-40361"); // { view: "cves", open: "CVE-2026-40361" }
 */
export function searchTarget(text: string): Target {
  const word = text.trim();
  if (CVE.test(word)) return { view: "cves", open: cveKey(word) };
  if (KB.test(word)) return { view: "patches", open: word.toUpperCase() };
  if (NODE.test(word)) return { view: "findings", open: word.toLowerCase() };
  return { view: "findings", ...(word !== "" && { params: new URLSearchParams({ q: word.slice(0, MAX_TEXT) }) }) };
}
