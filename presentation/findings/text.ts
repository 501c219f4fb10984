/** Text of findings made safe to show: other products and servers wrote it, and it may be hostile. */

const LONGEST_TEXT = 4_000;
/** They could move a cursor, break a line, hide, or reverse the reading direction. */
export const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** @returns one well-formed line of at most 4,000 characters; undefined where nothing readable is left */
export function oneLine(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const line = value.slice(0, LONGEST_TEXT).toWellFormed().replace(UNSAFE, " ").trim();
  return line === "" ? undefined : line;
}

/**
 * JSON for a terminal: indented, and with what {@link UNSAFE} matches written as \\uXXXX. Parsers read the same value.
 */
export function jsonText(value: unknown): string {
  // JSON.stringify escapes U+0000 to U+001F in strings, so that a line break here is one of the layout.
  return JSON.stringify(value, null, 2).replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, at) => escapedUnit(character.charCodeAt(at))).join(""),
  );
}

/**
 * Returns a number with its noun in the singular or plural. Messages that print a number with a noun all use it.
 *
 * @param plural for nouns whose plural does not end in "s"; default: the singular and "s"
 * @example
 * counted(1, "execution"); // "1 execution"
 * counted(2, "patch", "patches"); // "2 patches"
 */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

const escapedUnit = (unit: number): string => `\\u${unit.toString(16).padStart(4, "0")}`;

/** @returns the address where it may be offered as a link: https, without credentials in it */
export function httpsUrl(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > LONGEST_TEXT || !URL.canParse(value)) return undefined;
  const { protocol, username, password, href } = new URL(value);
  return protocol === "https:" && username === "" && password === "" ? href : undefined;
}

/** At most so many characters; what is cut ends in "…", and no character is cut in half. */
export function shortened(text: string, length: number): string {
  const characters = Array.from(text.slice(0, length * 2 + 2));
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
