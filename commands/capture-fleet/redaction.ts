import { createHmac, randomBytes } from "node:crypto";
import { isHybrid, isNodeId } from "../../functions/work/node-reference.ts";

/** Replaces every account id in a redacted fleet. */
export const REDACTED_ACCOUNT = "123456789012";

/** Replaces names. The same name always gets the same pseudonym, so that records still match. */
export interface Pseudonyms {
  /** Returns the pseudonym of a name. A node id, baseline id or UUID becomes another id of the same form. */
  of(value: string): string;
  /** Returns a text with its node ids and account ids replaced. */
  within(text: string): string;
}

/** Returns the redacted value, or undefined to leave it out. */
export type Rule = (value: unknown, pseudonyms: Pseudonyms) => unknown;

const NODE_IDS = /\b(?:mi-\w{17}|i-\w{17}|i-\w{8})\b/g;
const ACCOUNTS = /(?<![0-9a-zA-Z-])\d{12}(?![0-9a-zA-Z-])/g;
const BASELINE = /(?:^|\/)pb-\w+$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Returns pseudonyms made with a key that exists only in this process. Without the key, the original names cannot be
 * computed or guessed.
 *
 * @example pseudonyms().of("i-0123456789abcdef0"); // "i-", then 17 other hexadecimal digits
 */
export function pseudonyms(key = randomBytes(32)): Pseudonyms {
  const digest = (text: string): string => createHmac("sha256", key).update(text).digest("hex");
  const node = (id: string): string => `${isHybrid(id) ? "mi" : "i"}-${digest(id).slice(0, 17)}`;
  const within = (text: string): string => text.replaceAll(NODE_IDS, node).replaceAll(ACCOUNTS, REDACTED_ACCOUNT);
  const of = (value: string): string => {
    if (value === "") return value;
    if (isNodeId(value)) return node(value);
    const hex = digest(value);
    if (UUID.test(value)) return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
    return BASELINE.test(value) ? `pb-${hex.slice(0, 17)}` : `redacted-${hex.slice(0, 12)}`;
  };
  return { of, within };
}

/** Keeps a value that identifies nobody: numbers, times, states, platforms and patch names. Redacts ids inside a text. */
export const kept: Rule = (value, names) => {
  if (typeof value === "string") return names.within(value);
  return typeof value === "number" || typeof value === "boolean" ? value : undefined;
};

/** Replaces a value that names a person, a resource or an organisation. */
export const hidden: Rule = (value, names) => (typeof value === "string" ? names.of(value) : undefined);

/** Applies a rule to each item of a list. */
export const each =
  (rule: Rule): Rule =>
  (value, names) =>
    Array.isArray(value) ? value.map((item) => rule(item, names)).filter((item) => item !== undefined) : undefined;

/** Redacts an object member by member. Leaves out members without a rule, because they could hold anything. */
export const record =
  (members: Readonly<Record<string, Rule>>): Rule =>
  (value, names) => {
    if (typeof value !== "object" || value === null) return undefined;
    const chosen = Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
      const redacted = Object.hasOwn(members, name) ? members[name]?.(member, names) : undefined;
      return redacted === undefined ? [] : [[name, redacted] as const];
    });
    return Object.fromEntries(chosen);
  };

/** Returns the same rule for several members. */
export function all(rule: Rule, ...names: readonly string[]): Record<string, Rule> {
  return Object.fromEntries(names.map((name) => [name, rule]));
}
