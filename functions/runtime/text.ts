/** Text from outside (patch titles, computer names, service messages) made safe to store, log and show. */

// Control characters, line and paragraph separators, the marks that reverse the reading direction, and noncharacters,
// some of which SQS refuses.
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Number of bytes of `value` as JSON in UTF-8: what every payload limit of AWS counts. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The same for text inside a JSON string: quotes and backslashes take two bytes. */
function textBytes(text: string): number {
  return jsonBytes(text) - 2;
}

/**
 * One line of well-formed text without control characters, at most `maxBytes` long in JSON.
 * Cut text ends in "…"; no character is cut in half.
 *
 * @returns undefined where nothing readable is left: Security Hub refuses blank strings
 */
export function cleanText(value: unknown, maxBytes: number): string | undefined {
  if (typeof value !== "string") return undefined;
  // Cut roughly first, so that a hostile length costs no time below.
  const line = value
    .slice(0, maxBytes + 1)
    .toWellFormed()
    .replace(UNSAFE, " ")
    .trim();
  if (line === "") return undefined;
  const whole = value.length <= maxBytes + 1;
  return whole && textBytes(line) <= maxBytes ? line : cut(line, maxBytes);
}

function cut(line: string, maxBytes: number): string {
  const ellipsis = "…";
  let room = maxBytes - textBytes(ellipsis);
  let kept = "";
  for (const character of line) {
    room -= textBytes(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + ellipsis;
}

/** "1 patch", "2 patches". */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

/**
 * Joins `items` while they fit into `maxBytes`, and says how many did not: "a, b and 3 more".
 *
 * @param total how many there are in all, where `items` is itself only the beginning of a longer list
 */
export function joinWithin(items: readonly string[], maxBytes: number, total = items.length): string {
  const rest = (left: number): string => (left > 0 ? ` and ${left} more` : "");
  let text = "";
  let taken = 0;
  for (const item of items) {
    const longer = text === "" ? item : `${text}, ${item}`;
    if (Buffer.byteLength(longer + rest(total - taken - 1)) > maxBytes) break;
    text = longer;
    taken += 1;
  }
  return taken === 0 ? `${total} in all` : text + rest(total - taken);
}
