import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { settingsSchema } from "./settings-schema.ts";
import { settingsShape, type Settings } from "./settings/shape.ts";
import { bare } from "./settings/value-types.ts";

/** Pulumi's configuration namespace: `patch-manager-findings:regions` and so on. */
const NAMESPACE = "patch-manager-findings";

export type { Settings };

/**
 * Reads and checks the stack's settings.
 *
 * @param config all configuration of the stack, as Pulumi keeps it: structured values as JSON text
 * @throws {pulumi.RunError} naming each wrong setting, its value, and what is allowed. Nothing is deployed then.
 * @example
 * const { regions } = readSettings({ "patch-manager-findings:regions": '["eu-west-1"]' });
 */
export function readSettings(config: Record<string, string> = pulumi.runtime.allConfig()): Settings {
  const own = Object.entries(config).flatMap(([key, value]) =>
    key.startsWith(`${NAMESPACE}:`) ? [settingOf(key.slice(NAMESPACE.length + 1), value)] : [],
  );
  const given: Record<string, unknown> = Object.fromEntries(own);
  const [lost] = own.filter(([, value]) => losesKeys(value));
  if (lost !== undefined) throw new pulumi.RunError(`setting ${NAMESPACE}:${lost[0]} must not hold a key __proto__`);
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  // A value that breaks several bounds has one message, because all bounds share a text.
  const messages = new Set(parsed.error.issues.map((issue) => describe(issue, given)));
  throw new pulumi.RunError(escaped([...messages].join("; ")));
}

/**
 * Returns a setting's value. Pulumi keeps lists, numbers and booleans as JSON text, and strings unchanged. So a text
 * setting may look like a number (the company name 4711). A list stays a list, and is then refused as a name.
 */
function settingOf(name: string, text: string): readonly [name: string, value: unknown] {
  const value = structured(text);
  const meantAsText = isText(name) && (typeof value !== "object" || value === null) && typeof value !== "string";
  return [name, meantAsText ? text : value];
}

function structured(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isText(name: string): boolean {
  const shape: Readonly<Record<string, z.core.$ZodType>> = settingsShape.shape;
  const outer = Object.hasOwn(shape, name) ? shape[name] : undefined;
  const type = outer && bare(outer);
  return type instanceof z.ZodEnum || type?._zod.def.type === "string";
}

/** Zod silently drops such a key, so a KMS key or a tag would be missing. */
function losesKeys(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, "__proto__") || Object.values(value).some(losesKeys);
}

/** Escapes line breaks, escape sequences and direction marks, which could forge or hide parts of the message. */
function escaped(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

function describe(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  if (issue.code === "unrecognized_keys" && issue.path.length === 0) {
    const known = Object.keys(settingsShape.shape).join(", ");
    return `unknown setting ${issue.keys.map((key) => `${NAMESPACE}:${key}`).join(", ")}; known are ${known}`;
  }
  const [setting, ...rest] = issue.path.map(String);
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], given);
  const where = rest.length === 0 ? "" : ` at ${rest.map((key) => key || '""').join(".")}`;
  const shown = value === undefined ? "not set" : JSON.stringify(value).slice(0, 100);
  // Zod nests the reason for a key that is not allowed.
  const { message } = issue.code === "invalid_key" ? (issue.issues[0] ?? issue) : issue;
  const unknown =
    issue.code === "unrecognized_keys" ? `${issue.keys.map((key) => `"${key}"`).join(", ")} is unknown; ` : "";
  return `setting ${NAMESPACE}:${setting ?? ""} is ${shown}${where}: ${unknown}${message}`;
}
