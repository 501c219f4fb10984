import { createHmac, randomBytes } from "node:crypto";
import { isHybrid, isNodeId } from "../../functions/work/node-reference.ts";

/** The account that stands for every redacted one. */
export const REDACTED_ACCOUNT = "123456789012";

/** Names that stand for others: the same for the same, so that records still fit together. */
export interface Pseudonyms {
  /** For a value that as a whole names someone or something; a node id, baseline id or UUID becomes another such. */
  of(value: string): string;
  /** The text with other node ids and account numbers in it. */
  within(text: string): string;
}

/** What becomes of a value; undefined leaves it out. */
export type Rule = (value: unknown, pseudonyms: Pseudonyms) => unknown;

const NODE_IDS = /\b(?:mi-\w{17}|i-\w{17}|i-\w{8})\b/g;
const ACCOUNTS = /(?<![0-9a-zA-Z-])\d{12}(?![0-9a-zA-Z-])/g;
const BASELINE = /(?:^|\/)pb-\w+$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Made by a key that is forgotten when the process ends: nobody can find out, or try out, which name stands for which. */
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

/** Says nothing about whose it is: numbers, times, states, platforms, and what a patch is called. */
export const kept: Rule = (value, names) => {
  if (typeof value === "string") return names.within(value);
  return typeof value === "number" || typeof value === "boolean" ? value : undefined;
};

/** Names someone or something. */
export const hidden: Rule = (value, names) => (typeof value === "string" ? names.of(value) : undefined);

export const each =
  (rule: Rule): Rule =>
  (value, names) =>
    Array.isArray(value) ? value.map((item) => rule(item, names)).filter((item) => item !== undefined) : undefined;

/** An object of these members. Members that are not listed are left out: nobody knows what they tell. */
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

/** Several members under one rule. */
export function all(rule: Rule, ...names: readonly string[]): Record<string, Rule> {
  return Object.fromEntries(names.map((name) => [name, rule]));
}
