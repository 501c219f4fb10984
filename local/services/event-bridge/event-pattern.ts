/**
 * EventBridge event patterns with the operators that this program's rules use. Any other operator is refused by name,
 * because ignoring it could hide a match that AWS would find.
 * Semantics: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */

/** `value` is the event's part at this position of the pattern, `event` the whole event. */
type Matcher = (value: unknown, event: unknown) => boolean;
type Scalar = string | number | boolean | null;

/** EventBridge's limit for the pattern of a rule, in characters. */
const MAX_PATTERN_LENGTH = 2048;

/**
 * Compiles an event pattern.
 * @param pattern the EventPattern of a rule, as JSON text or parsed
 * @returns a function that tells whether an event (the whole envelope) matches
 * @throws {Error} an operator or a shape that this stand-in does not know, or that EventBridge refuses
 */
export function compilePattern(pattern: string | object): (event: object) => boolean {
  const text = typeof pattern === "string" ? pattern : JSON.stringify(pattern);
  if (text.length > MAX_PATTERN_LENGTH) {
    throw new Error(
      `Event pattern has ${text.length} characters; EventBridge takes ${MAX_PATTERN_LENGTH}: split it over two rules`,
    );
  }
  const matches = compileNode(typeof pattern === "string" ? parseJson(text) : pattern, []);
  return (event) => matches(event, event);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`Event pattern is not JSON: ${JSON.stringify(text.slice(0, 80))}`, { cause });
  }
}

function compileNode(node: unknown, path: readonly string[]): Matcher {
  if (!isObject(node)) throw refusal(path, node, "an object of fields, or an array of allowed values");
  const fields = Object.entries(node).map(([key, value]) => compileField(key, value, path));
  if (fields.length === 0) throw refusal(path, node, "at least one field");
  return (value, event) => objectsIn(value).some((object) => fields.every((matches) => matches(object, event)));
}

function compileField(key: string, pattern: unknown, path: readonly string[]): Matcher {
  if (key === "$or") return compileOr(pattern, path);
  if (key.startsWith("$"))
    throw new Error(`Event pattern operator ${JSON.stringify(key)} ${at(path)} is not supported`);
  const here = [...path, key];
  const matches = Array.isArray(pattern) ? compileLeaf(pattern, here) : compileNode(pattern, here);
  return (value, event) => matches(own(value, key), event);
}

function compileOr(alternatives: unknown, path: readonly string[]): Matcher {
  if (!Array.isArray(alternatives) || alternatives.length < 2) {
    throw refusal([...path, "$or"], alternatives, "an array of at least two patterns");
  }
  const compiled = alternatives.map((alternative) => compileNode(alternative, path));
  return (value, event) => compiled.some((matches) => matches(value, event));
}

function compileLeaf(allowed: readonly unknown[], path: readonly string[]): Matcher {
  if (allowed.length === 0) throw refusal(path, allowed, "at least one allowed value");
  const tests = allowed.map((item) => compileValue(item, path));
  return (value, event) => tests.some((matches) => matches(value, event));
}

function compileValue(item: unknown, path: readonly string[]): Matcher {
  if (isScalar(item)) return anyLeaf((leaf) => leaf === item);
  if (!isObject(item)) throw refusal(path, item, "a string, number, boolean, null or an operator");
  const [entry, ...more] = Object.entries(item);
  if (entry === undefined || more.length > 0) throw refusal(path, item, "exactly one operator per object");
  const [operator, operand] = entry;
  switch (operator) {
    case "prefix":
    case "suffix":
    case "equals-ignore-case":
      return anyLeaf(textTest(operator, operand, path));
    case "anything-but":
      return anyLeaf(anythingBut(operand, path));
    case "exists":
      return existsTest(operand, path);
    default:
      throw new Error(`Event pattern operator ${JSON.stringify(operator)} ${at(path)} is not supported`);
  }
}

type LeafTest = (leaf: Scalar) => boolean;

function textTest(operator: "prefix" | "suffix" | "equals-ignore-case", operand: unknown, path: readonly string[]) {
  if (typeof operand !== "string") throw refusal([...path, operator], operand, "a string");
  const wanted = operand.toLowerCase();
  return (leaf: Scalar): boolean => {
    if (typeof leaf !== "string") return false;
    if (operator === "prefix") return leaf.startsWith(operand);
    return operator === "suffix" ? leaf.endsWith(operand) : leaf.toLowerCase() === wanted;
  };
}

function anythingBut(operand: unknown, path: readonly string[]): LeafTest {
  const here = [...path, "anything-but"];
  if (isObject(operand)) {
    const [entry, ...more] = Object.entries(operand);
    if (entry === undefined || more.length > 0) throw refusal(here, operand, "exactly one of prefix, suffix");
    const [operator, text] = entry;
    if (operator !== "prefix" && operator !== "suffix") {
      throw new Error(`Event pattern operator ${JSON.stringify(operator)} ${at(here)} is not supported`);
    }
    const excluded = textTest(operator, text, here);
    return (leaf) => !excluded(leaf);
  }
  const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  const kinds = new Set(values.map((value) => typeof value));
  const oneKind = kinds.size === 1 && (kinds.has("string") || kinds.has("number"));
  if (!oneKind) throw refusal(here, operand, "strings only, or numbers only");
  return (leaf) => !values.includes(leaf);
}

/**
 * Returns the matcher for `exists`, which tests leaves only. `false` means that the event has no leaf at this path, not
 * even inside an array.
 */
function existsTest(operand: unknown, path: readonly string[]): Matcher {
  if (typeof operand !== "boolean") throw refusal([...path, "exists"], operand, "true or false");
  return operand ? (value) => leavesIn(value).length > 0 : (_value, event) => !hasLeaf(event, path);
}

function hasLeaf(value: unknown, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return leavesIn(value).length > 0;
  return objectsIn(value).some((object) => hasLeaf(own(object, key), rest));
}

/** Applies a test to a leaf. An array matches if any of its elements does. */
function anyLeaf(test: LeafTest): Matcher {
  return (value) => leavesIn(value).some(test);
}

function leavesIn(value: unknown): Scalar[] {
  const values: unknown[] = Array.isArray(value) ? value.flat(Infinity) : [value];
  return values.filter(isScalar);
}

/**
 * Returns the objects that a nested pattern is applied to. `undefined` stands for none, so that `exists: false` can
 * match.
 */
function objectsIn(value: unknown): unknown[] {
  const values: unknown[] = Array.isArray(value) ? value.flat(Infinity) : [value];
  const objects = values.filter(isObject);
  return objects.length > 0 ? objects : [undefined];
}

function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function at(path: readonly string[]): string {
  return path.length === 0 ? "at the top" : `at ${JSON.stringify(path.join("."))}`;
}

function refusal(path: readonly string[], value: unknown, allowed: string): Error {
  const shown = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80);
  return new Error(`Event pattern ${at(path)} is ${shown}; allowed: ${allowed}`);
}
