/** Parts of JSON Schemas, and a validator whose messages read as Security Hub's do ("data.Title should NOT be longer ..."). */
import { createRequire } from "node:module";
import type { ErrorObject, SchemaObject } from "ajv";

/** Every string of a finding needs a character that is not blank (AWS type NonEmptyString). */
const NOT_BLANK = { pattern: String.raw`\S` };
const TIME =
  /^(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/;

/** Accepts a string. Lengths are in characters (code points). */
export const text = (maxLength?: number, minLength?: number): SchemaObject => ({
  type: "string",
  ...NOT_BLANK,
  ...(maxLength !== undefined && { maxLength }),
  ...(minLength !== undefined && { minLength }),
});

/** @param pattern must run in linear time */
export const pattern = (pattern: string): SchemaObject => ({ ...text(), allOf: [{ pattern }] });

export const oneOf = (...allowed: string[]): SchemaObject => ({ enum: allowed });

export const integer = (minimum: number, maximum: number): SchemaObject => ({ type: "integer", minimum, maximum });

export const list = (items: SchemaObject, maxItems?: number, minItems = 0): SchemaObject => ({
  type: "array",
  items,
  minItems,
  ...(maxItems !== undefined && { maxItems }),
});

/** Accepts an object whose values are strings. Lengths are in characters. */
export const pairs = (maxProperties: number, keyLength: number, valueLength: number): SchemaObject => ({
  type: "object",
  maxProperties,
  propertyNames: text(keyLength),
  additionalProperties: text(valueLength),
});

/** Accepts an object with these fields and no others. */
export const record = (properties: Readonly<Record<string, SchemaObject>>, required: string[] = []): SchemaObject => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

export const flag: SchemaObject = { type: "boolean" };
export const time: SchemaObject = { type: "string", format: "date-time" };
export const url: SchemaObject = { type: "string", format: "uri" };

/** A part that this program never writes. It is checked for blank strings only. */
export const opaque: SchemaObject = { $ref: "opaque" };
const OPAQUE: SchemaObject = { $id: "opaque", ...NOT_BLANK, items: opaque, additionalProperties: opaque };

/**
 * Returns a function that lists what is wrong with a value. The list is empty if the value fits the schema.
 *
 * @example
 * const problems = validator(record({ Title: text(256) }));
 * problems({ Title: 1 }); // ["data.Title should be string"]
 */
export function validator(schema: SchemaObject): (value: unknown) => string[] {
  let validate: ReturnType<typeof compile> | undefined;
  return (value) => {
    validate ??= compile(schema);
    if (validate(value)) return [];
    return [...new Set((validate.errors ?? []).filter(({ keyword }) => !WRAPPERS.has(keyword)).map(problem))];
  };
}

/** Loads Ajv when the first finding arrives, because loading it takes longer than the rest of the start of a run. */
function compile(schema: SchemaObject) {
  const { Ajv } = createRequire(import.meta.url)("ajv") as typeof import("ajv");
  // Compiling the meta-schema, to check our own schemas, takes longer than compiling them.
  const ajv = new Ajv({ allErrors: true, meta: false, validateSchema: false, strictTypes: false });
  ajv.addFormat("date-time", isTime).addFormat("uri", (value) => URL.canParse(value));
  return ajv.addSchema(OPAQUE).compile(schema);
}

/** Keywords whose errors only repeat the failure of an inner keyword. */
const WRAPPERS: ReadonlySet<string> = new Set(["if", "propertyNames"]);

function problem({ instancePath, propertyName, keyword, message = "", params }: ErrorObject): string {
  const path = instancePath.split("/").slice(1).map(step).join("");
  const name = propertyName === undefined ? "" : ` property name '${propertyName}'`;
  const words = message
    .replace("must", "should")
    .replace(/have more than (\d+) characters/, "be longer than $1 characters")
    .replace(/have fewer than (\d+) characters/, "be shorter than $1 characters");
  const extra = keyword === "additionalProperties" ? `: '${String(params["additionalProperty"])}'` : "";
  return `data${path}${name} ${words}${extra}`;
}

/** Converts one step of a JSON pointer to JavaScript: `.Title`, `[0]`, `['my key']`. */
function step(escaped: string): string {
  const key = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
  if (/^\d+$/.test(key)) return `[${key}]`;
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `['${key}']`;
}

/** Tells whether a value is an RFC 3339 time with `Z` or an offset, and at most 9 digits of a second's fraction. */
export function isTime(value: unknown): boolean {
  const [, year, month, day] = TIME.exec(typeof value === "string" ? value : "") ?? [];
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= lastDay;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
