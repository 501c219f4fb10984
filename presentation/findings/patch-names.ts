const AND_MORE = / and \d+ more$/;
const NO_NAMES = /^\d+ in all$/;
const OTHERS = /\d+ (?:more|in all)$/;

/**
 * The patches in `PatchFindings/WorstPatches`: "KB1 (title, with commas), KB2 and 3 more". Only commas outside of
 * parentheses part them.
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

/** How many patches the same text does not name, in its words: "3 more", or "9 in all" where it names none. */
export function unnamedPatches(text = ""): string | undefined {
  return OTHERS.exec(text)?.[0];
}

/** What makes two patches of two nodes the same for people: the KB number, or the package without its version. */
export function patchKey(name: string): string {
  return /^[^\s:(]+/.exec(name)?.[0] ?? name;
}
