/** Splits a line into words as a POSIX shell does: quotes and backslashes, no expansion. */
export function shellWords(line: string): string[] {
  const words = line.matchAll(/(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\\])+/g);
  return [...words].map(([word]) => unquoted(word));
}

function unquoted(word: string): string {
  return word.replaceAll(
    /\\(.)|"((?:\\.|[^"\\])*)"|'([^']*)'/g,
    (_, escaped?: string, double?: string, single?: string) =>
      escaped ?? double?.replaceAll(/\\(["\\$`])/g, "$1") ?? single ?? "",
  );
}
