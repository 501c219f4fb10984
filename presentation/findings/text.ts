/** Makes untrusted text of findings safe to show. Other products and servers wrote it, and it may be hostile. */

const LONGEST_TEXT = 4_000;
/** Matches characters that could move a cursor, break a line, hide text, or reverse the reading direction. */
export const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Returns a value as one well-formed line of at most 4,000 characters, or undefined if nothing readable is left. */
export function oneLine(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const line = value.slice(0, LONGEST_TEXT).toWellFormed().replace(UNSAFE, " ").trim();
  return line === "" ? undefined : line;
}

/**
 * Returns indented JSON for a terminal. Writes characters that {@link UNSAFE} matches as \\uXXXX, which parsers read as the
 * same value.
 *
 * @example console.log(jsonText({ region: "eu-west-1" }));
 */
export function jsonText(value: unknown): string {
  // JSON.stringify escapes U+0000 to U+001F in strings, so a line break in its result is always part of the layout.
  return JSON.stringify(value, null, 2).replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, at) => escapedUnit(character.charCodeAt(at))).join(""),
  );
}

const escapedUnit = (unit: number): string => `\\u${unit.toString(16).padStart(4, "0")}`;

/** Returns the address if it is safe as a link: https, without credentials. Otherwise undefined. */
export function httpsUrl(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > LONGEST_TEXT || !URL.canParse(value)) return undefined;
  const { protocol, username, password, href } = new URL(value);
  return protocol === "https:" && username === "" && password === "" ? href : undefined;
}

/** Returns the text with at most `length` characters. Shortened text ends in "…", and no character is split. */
export function shortened(text: string, length: number): string {
  const characters = Array.from(text.slice(0, length * 2 + 2));
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
