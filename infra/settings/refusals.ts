import type * as z from "zod";

/** Settings as a stack gives them, and what their error messages may show. */
export interface Given {
  readonly namespace: string;
  /** By name, without the namespace. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Names of all settings in the namespace. */
  readonly known: readonly string[];
  /** Names of the settings whose values no message may show. */
  readonly secret: ReadonlySet<string>;
}

/** Returns one line about all problems of some settings. It shows no secret value and no part of one. */
export function refusalOf(issues: readonly z.core.$ZodIssue[], given: Given): string {
  // A value that breaks several bounds has one message, because all bounds share a text.
  return escaped([...new Set(issues.map((issue) => describe(issue, given)))].join("; "));
}

/** Escapes line breaks, escape sequences and direction marks, which could forge or hide parts of the message. */
function escaped(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

function describe(issue: z.core.$ZodIssue, given: Given): string {
  const { namespace, values, secret } = given;
  const [setting = "", ...rest] = issue.path.map(String);
  if (issue.code === "unrecognized_keys" && issue.path.length === 0) return describeUnknown(issue.keys, given);
  // Zod nests the reason for a key that is not allowed.
  const { message } = issue.code === "invalid_key" ? (issue.issues[0] ?? issue) : issue;
  if (secret.has(setting)) return `setting ${namespace}:${setting} is secret: ${message}`;
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    values,
  );
  const where = rest.length === 0 ? "" : ` at ${rest.map((key) => key || '""').join(".")}`;
  const shown = value === undefined ? "not set" : JSON.stringify(value).slice(0, 100);
  const unknown =
    issue.code === "unrecognized_keys" ? `${issue.keys.map((key) => `"${key}"`).join(", ")} is unknown; ` : "";
  return `setting ${namespace}:${setting} is ${shown}${where}: ${unknown}${message}${howToGiveText(issue, value)}`;
}

function describeUnknown(keys: readonly string[], { namespace, known }: Given): string {
  const nearest = known.toSorted((one, other) => distance(keys, one) - distance(keys, other));
  return `unknown setting ${keys.map((key) => `${namespace}:${key}`).join(", ")}; known are ${nearest.join(", ")}`;
}

/** `pulumi config set --path` stores digits, true and false as numbers and booleans, and so does YAML. */
function howToGiveText(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== "invalid_type" || issue.expected !== "string") return "";
  if (typeof value !== "number" && typeof value !== "boolean") return "";
  return `; to give it as text, write "${value}" with the quotes, or add --type string to pulumi config set --path`;
}

/** Returns how many letters to insert, delete or replace between a name and the nearest of some others. */
function distance(keys: readonly string[], name: string): number {
  return Math.min(...keys.map((key) => edits(key.toLowerCase(), name.toLowerCase())));
}

function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, letter] of Array.from(from).entries()) {
    const next = [line + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
