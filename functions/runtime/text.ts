/** Makes text from outside (patch titles, computer names, service messages) safe to store, log and show. */

// Control characters, line and paragraph separators, marks that change the reading direction, and noncharacters. SQS
// refuses some of them (API reference, "SendMessage").
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/**
 * Returns the size of `value` in bytes, as JSON in UTF-8. AWS's payload limits count these bytes.
 *
 * @example
 * jsonBytes({ a: "é" }); // 10
 */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Returns the size in bytes of text inside a JSON string, where quotes and backslashes take two bytes. */
function textBytes(text: string): number {
  return jsonBytes(text) - 2;
}

/**
 * Returns one line of well-formed text without control characters. If the text is too long, it is cut between two
 * characters and ends in "…".
 *
 * @param maxBytes size of the result in JSON
 * @returns undefined if `value` is not a string, or nothing readable is left: Security Hub refuses blank strings
 * @example
 * cleanText("web\u0000server", 64); // "web server"
 */
export function cleanText(value: unknown, maxBytes: number): string | undefined {
  if (typeof value !== "string") return undefined;
  // A rough cut first: cleaning a very long text would take too long.
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

/**
 * Joins as many items as fit into `maxBytes`, and says how many are left out.
 *
 * @param total the number of items in all, if `items` is only the beginning of a longer list
 * @example
 * joinWithin(["a", "b"], 100, 5); // "a, b and 3 more"
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
