/** Finds the page that a text in the header's search box names. */
import { cveKey } from "../presentation/patches/finding-patches.ts";
import { folded } from "../presentation/search/text.ts";
import { MAX_TEXT } from "../presentation/search/query.ts";
import type { GoTarget } from "./api.ts";

const CVE = /^cve-\d{4}-\d{4,19}$/i;
const KB = /^kb\d{4,10}$/i;
const KB_DIGITS = /^\d{4,10}$/;
const NODE = /^(?:i|mi)-[0-9a-f]{8,40}$/i;

export interface NamedNode {
  readonly nodeId: string;
  readonly name?: string | undefined;
}

/**
 * Returns the id of the only node with a name, in any letter case. The part before the first dot is enough.
 *
 * @example nodeNamed("WEB-1", [{ nodeId: "i-1", name: "web-1.example.com" }]); // "i-1"
 */
export function nodeNamed(text: string, nodes: readonly NamedNode[]): string | undefined {
  const wanted = folded(text.trim());
  if (wanted === "") return undefined;
  const named = nodes.flatMap(({ nodeId, name }) => (name === undefined ? [] : [{ nodeId, name: folded(name) }]));
  const whole = named.filter(({ name }) => name === wanted);
  const some = whole.length > 0 ? whole : named.filter(({ name }) => name.split(".", 1)[0] === wanted);
  const ids = new Set(some.map(({ nodeId }) => nodeId));
  return ids.size === 1 ? some[0]?.nodeId : undefined;
}

/**
 * Returns the page of the CVE, patch or node that a text names, and the findings that have its words otherwise.
 *
 * @param patches the keys of the patches that nodes lack
 * @example goTarget("cve-2026-40361", [], []); // { view: "cves", open: "CVE-2026-40361" }
 */
export function goTarget(text: string, nodes: readonly NamedNode[], patches: readonly string[]): GoTarget {
  const word = text.trim();
  if (CVE.test(word)) return { view: "cves", open: cveKey(word) };
  if (KB.test(word)) return { view: "patches", open: word.toUpperCase() };
  if (NODE.test(word)) return { view: "findings", open: word.toLowerCase() };
  const node = nodeNamed(word, nodes);
  if (node !== undefined) return { view: "findings", open: node };
  const patch = patchNamed(word, patches);
  if (patch !== undefined) return { view: "patches", open: patch };
  return { view: "findings", ...(word !== "" && { q: word.slice(0, MAX_TEXT) }) };
}

/** A package may be named without its architecture, if only one patch is of it. */
function patchNamed(word: string, patches: readonly string[]): string | undefined {
  const wanted = folded(KB_DIGITS.test(word) ? `KB${word}` : word);
  const whole = patches.find((patch) => folded(patch) === wanted);
  if (whole !== undefined) return whole;
  const some = patches.filter((patch) => folded(patch).replace(/\.[^.]*$/, "") === wanted);
  return some.length === 1 ? some[0] : undefined;
}
