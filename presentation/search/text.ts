/** Finds words in findings, in any letter case and Unicode form. */
import type { FindingView } from "../findings/finding-view.ts";

/** A space of its own between two facts, so that no phrase reaches from one to the next. */
const BETWEEN = "\n";
const MAX_WORDS = 20;

/**
 * Returns a text so that equal words compare as equal: compatibility forms and letter case do not matter.
 *
 * @example folded("ＷＥＢ"); // "web"
 */
export function folded(text: string): string {
  // Lower case depends on the place of a sigma in its word.
  return text.normalize("NFKC").toLowerCase().normalize("NFKC").replaceAll("ς", "σ");
}

/** Returns all text of a finding that a search reads, folded. */
export function searchText(view: FindingView): string {
  const facts = [
    view.nodeId,
    view.computerName,
    view.platform,
    view.platformVersion,
    view.patchGroup,
    view.owner,
    view.title,
    view.account,
    view.note?.text,
    ...view.worstPatches,
    ...view.patchesSince.map(({ patch }) => patch),
    ...view.vulnerabilities.flatMap(({ id, patches }) => [id, ...patches]),
    view.acceptedPatches,
  ];
  return folded(facts.filter((fact) => fact !== undefined && fact !== "").join(BETWEEN));
}

/**
 * Returns the words and quoted phrases of a search, folded. A quote without its end reaches to the end of the text.
 *
 * @example wanted('kb5 "web server"'); // ["kb5", "web server"]
 */
export function wanted(text: string): string[] {
  const parts = text.split('"');
  const words = parts.flatMap((part, index) => {
    const words = folded(part)
      .split(/\s+/u)
      .filter((word) => word !== "");
    return index % 2 === 1 && words.length > 0 ? [words.join(" ")] : words;
  });
  return [...new Set(words)].slice(0, MAX_WORDS);
}
