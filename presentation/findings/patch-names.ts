const AND_MORE = / and \d+ more$/;
const NO_NAMES = /^\d+ in all$/;
const OTHERS = /\d+ (?:more|in all)$/;

/**
 * Returns the patches in `PatchFindings/WorstPatches`. Splits at commas outside of parentheses, because titles have commas.
 *
 * @example patchNames("KB1 (title, with commas), KB2 and 3 more"); // ["KB1 (title, with commas)", "KB2"]
 */
export function patchNames(text = ""): string[] {
  if (text === "" || NO_NAMES.test(text)) return [];
  const names: string[] = [];
  let depth = 0;
  let start = 0;
  const all = text.replace(AND_MORE, "");
  for (let at = 0; at < all.length; at++) {
    if (all[at] === "(") depth += 1;
    if (all[at] === ")") depth = Math.max(0, depth - 1);
    if (depth > 0 || !all.startsWith(", ", at)) continue;
    names.push(all.slice(start, at));
    start = at + 2;
  }
  return [...names, all.slice(start)].map((name) => name.trim()).filter((name) => name !== "");
}

/** Returns the text's words for the patches that it does not name: "3 more", or "9 in all" if it names none. */
export function unnamedPatches(text = ""): string | undefined {
  return OTHERS.exec(text)?.[0];
}

/** Returns the key of a patch on different nodes: the KB number, or the package without its version. */
export function patchKey(name: string): string {
  return /^[^\s:(]+/.exec(name)?.[0] ?? name;
}
