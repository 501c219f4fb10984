import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { bare } from "./value-types.ts";

/** A type with a field for each setting of a namespace. */
type Shape = z.ZodObject<Readonly<Record<string, z.core.$ZodType>>>;

/**
 * Returns the settings of one namespace by name, as a stack gives them.
 *
 * @param config all configuration of the stack, as Pulumi keeps it: structured values as JSON text
 * @param fromElsewhere readers of settings whose value may be a reference, by name
 * @throws {pulumi.RunError} if a value holds a key that would be lost
 * @example stackValues("aws", providerShape, { "aws:maxRetries": "5" }); // { maxRetries: 5 }
 */
export function stackValues(
  namespace: string,
  { shape }: Shape,
  config: Readonly<Record<string, string>>,
  fromElsewhere: Readonly<Record<string, (given: unknown) => unknown>> = {},
): Record<string, unknown> {
  const own = Object.entries(config).flatMap(([key, value]) =>
    key.startsWith(`${namespace}:`) ? [valueOf(key.slice(namespace.length + 1), value, shape)] : [],
  );
  const values = own.map(([name, value]) => {
    const read = Object.hasOwn(fromElsewhere, name) ? fromElsewhere[name] : undefined;
    return [name, read === undefined ? value : read(value)] as const;
  });
  const [lost] = values.filter(([, value]) => losesKeys(value));
  if (lost !== undefined) throw new pulumi.RunError(`setting ${namespace}:${lost[0]} must not hold a key __proto__`);
  return Object.fromEntries(values);
}

/**
 * Returns a setting's value. Pulumi keeps lists, numbers and booleans as JSON text, and strings unchanged. So a text
 * setting may look like a number (the company name 4711). A list stays a list, and is then refused as a name.
 */
function valueOf(name: string, text: string, shape: Shape["shape"]): readonly [name: string, value: unknown] {
  const value = structured(text);
  const meantAsText = isText(name, shape) && (typeof value !== "object" || value === null) && typeof value !== "string";
  return [name, meantAsText ? text : value];
}

function structured(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isText(name: string, shape: Shape["shape"]): boolean {
  const outer = Object.hasOwn(shape, name) ? shape[name] : undefined;
  const type = outer && bare(outer);
  return type instanceof z.ZodEnum || type?._zod.def.type === "string";
}

/** Zod silently drops such a key, so a KMS key or a tag would be missing. */
function losesKeys(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, "__proto__") || Object.values(value).some(losesKeys);
}
