/** The conditions of a Choice state in a few words, for the edges of a picture. */

const COMPARISONS: readonly (readonly [suffix: string, words: string])[] = [
  ["GreaterThanEquals", "≥"],
  ["LessThanEquals", "≤"],
  ["GreaterThan", ">"],
  ["LessThan", "<"],
  ["Equals", "="],
  ["Matches", "is like"],
];

/**
 * Variables are named by the last part of their path: `$.counts.notReady` is "notReady".
 *
 * @param rule one of a Choice state's `Choices`, or a condition inside `And`, `Or` and `Not`
 */
export function conditionInWords(rule: Readonly<Record<string, unknown>>): string {
  if (Array.isArray(rule["And"])) return joined(rule["And"], " and ");
  if (Array.isArray(rule["Or"])) return joined(rule["Or"], " or ");
  if (isRecord(rule["Not"])) return `not (${conditionInWords(rule["Not"])})`;
  const variable = lastPart(rule["Variable"]);
  const [operator, value] = Object.entries(rule).find(([key]) => !NO_OPERATORS.has(key)) ?? ["?", undefined];
  if (operator === "IsPresent") return value === true ? `has ${variable}` : `no ${variable}`;
  const comparison = COMPARISONS.find(([suffix]) => operator.replace(/Path$/, "").endsWith(suffix))?.[1] ?? operator;
  return `${variable} ${comparison} ${operator.endsWith("Path") ? lastPart(value) : String(value)}`;
}

const NO_OPERATORS: ReadonlySet<string> = new Set(["Variable", "Next", "Comment", "Assign", "Output"]);

function joined(conditions: readonly unknown[], word: string): string {
  return conditions
    .filter(isRecord)
    .map((each) => conditionInWords(each))
    .join(word);
}

function lastPart(path: unknown): string {
  return String(path).split(".").at(-1) ?? "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
