/** JSON text that may be none, and where it breaks the grammar: V8 gives the position for some errors only. */

/** The value of a JSON text; undefined where it is none. */
export function parseIfJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Expected = "value" | "value or ]" | "key" | "key or }" | "colon" | "comma" | "end";

interface Place {
  at: number;
  expected: Expected;
  /** Open brackets, innermost last. */
  readonly open: ("{" | "[")[];
}

/** Offset of the first character that cannot stand where it stands; the text's length if the text ends too early. */
export function syntaxErrorOffset(text: string): number {
  const place: Place = { at: 0, expected: "value", open: [] };
  for (;;) {
    place.at = skip(text, place.at, /[ \t\r\n]*/y);
    const character = text[place.at];
    if (character === undefined || !step(text, character, place)) return place.at;
  }
}

/** Moves over one token. False if it breaks the grammar; then `place.at` is where. */
function step(text: string, character: string, place: Place): boolean {
  switch (place.expected) {
    case "end":
      return false;
    case "colon":
      return character === ":" && moveOn(place, "value");
    case "key":
      return string(text, place) && become(place, "colon");
    case "key or }":
      return character === "}" ? close(place) : string(text, place) && become(place, "colon");
    case "comma":
      if (character === ",") return moveOn(place, place.open.at(-1) === "{" ? "key" : "value");
      return character === (place.open.at(-1) === "{" ? "}" : "]") && close(place);
    case "value or ]":
      return character === "]" ? close(place) : value(text, character, place);
    case "value":
      return value(text, character, place);
  }
}

function value(text: string, character: string, place: Place): boolean {
  if (character === "{" || character === "[") {
    place.open.push(character);
    return moveOn(place, character === "{" ? "key or }" : "value or ]");
  }
  if (character === '"') return string(text, place) && become(place, afterValue(place));
  const end = skip(text, place.at, /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  if (end === place.at) return false;
  place.at = end;
  return become(place, afterValue(place));
}

function string(text: string, place: Place): boolean {
  if (text[place.at] !== '"') return false;
  let at = place.at + 1;
  while (at < text.length) {
    const end = skip(text, at, /\\u[\da-fA-F]{4}|\\["\\/bfnrt]|[^"\\]/y);
    const control = text.charCodeAt(at) < 0x20;
    if (end === at || control) break;
    at = end;
  }
  place.at = at;
  if (text[at] !== '"') return false;
  place.at += 1;
  return true;
}

function close(place: Place): boolean {
  place.open.pop();
  return moveOn(place, afterValue(place));
}

function afterValue(place: Place): Expected {
  return place.open.length === 0 ? "end" : "comma";
}

function moveOn(place: Place, expected: Expected): boolean {
  place.at += 1;
  return become(place, expected);
}

function become(place: Place, expected: Expected): boolean {
  place.expected = expected;
  return true;
}

function skip(text: string, at: number, sticky: RegExp): number {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : at;
}
