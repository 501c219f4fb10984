import * as z from "zod";
import { fieldMeanings } from "../../infra/settings/descriptions.ts";
import { bare } from "../../infra/settings/value-types.ts";

/** What a setting allows, in the words of its error messages. */
export interface Allowed {
  /** What the value must be. */
  readonly value: string;
  /** More rules about the value. Each begins with "must". */
  readonly rules: readonly string[];
  /** Rules about entries, keys and values inside it, such as "each entry must be ...". */
  readonly partRules: readonly string[];
  /** The fields of the entries, in Markdown. */
  readonly fields: readonly string[];
}

/**
 * Returns what a setting allows. The texts are the schema's own error messages.
 *
 * @throws {Error} if a part of the type has no error message, or if a field has no meaning
 * @example
 * const { value } = allowedBy(settingsShape.shape.sweepHours); // "a whole number from 1 to 72"
 */
export function allowedBy(type: z.core.$ZodType): Allowed {
  const [first = "", ...rules] = messagesOf(type);
  if (!first.startsWith("must be ")) throw new Error(`"${first}" must begin with "must be"`);
  const partRules = partsOf(type).flatMap((part) => rulesOf(part));
  return { value: first.slice("must be ".length), rules, partRules, fields: fieldsOf(type) };
}

/** Entries, keys or values of a structured setting. */
interface Part {
  readonly name: string;
  readonly type: z.core.$ZodType;
}

function partsOf(outer: z.core.$ZodType, of = ""): Part[] {
  const type = bare(outer);
  if (type instanceof z.ZodArray) return [{ name: `each entry${of}`, type: type.element }];
  if (!(type instanceof z.ZodRecord)) return [];
  // A rule between two settings says which Regions are allowed as keys. JSON has no keys but text.
  const hasRules = type.keyType._zod.def.error !== undefined;
  const keys = hasRules ? [{ name: `each key${of}`, type: type.keyType }] : [];
  return [...keys, { name: `each value${of}`, type: type.valueType }];
}

function rulesOf({ name, type }: Part): string[] {
  const own = messagesOf(type).map((message) => `${name} ${message}`);
  return [...own, ...partsOf(type, ` of ${name}`).flatMap((part) => rulesOf(part))];
}

/** Returns the error messages of a type and its checks, each once. */
function messagesOf(outer: z.core.$ZodType): string[] {
  const type = bare(outer);
  const checks = (type._zod.def.checks ?? []).map((check) => check._zod.def);
  // A check that changes the value, such as trim, refuses nothing.
  const refusing = checks.filter(({ check }) => check !== "overwrite");
  return [...new Set([type._zod.def, ...refusing].map(({ error }) => messageOf(error)))];
}

function messageOf(error: z.core.$ZodErrorMap<never> | undefined): string {
  const message = (error as z.core.$ZodErrorMap | undefined)?.({ code: "custom", input: undefined, path: [] });
  const text = typeof message === "string" ? message : message?.message;
  if (text === undefined) throw new Error("a type or check has no error message");
  return text;
}

function fieldsOf(outer: z.core.$ZodType): string[] {
  const type = bare(outer);
  if (type instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = type.shape;
    return Object.entries(shape).map(([name, field]) => fieldLine(name, field));
  }
  return partsOf(type).flatMap((part) => fieldsOf(part.type));
}

function fieldLine(name: string, type: z.core.$ZodType): string {
  const { meaning } = fieldMeanings.get(type) ?? {};
  if (meaning === undefined) throw new Error(`the field ${name} has no meaning`);
  const presence = type instanceof z.ZodOptional || type instanceof z.ZodDefault ? "optional" : "required";
  const { value, rules, partRules } = allowedBy(type);
  const allowed = [`Allowed: ${value}`, ...[...rules, ...partRules].map(capitalized)].map((rule) => `${rule}.`);
  const line = [`\`${name}\` (${presence}):`, meaning, ...allowed].join(" ");
  return [line, ...fieldsOf(type).map((inner) => `  - ${inner}`)].join("\n").replaceAll("\n", "\n  ");
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
