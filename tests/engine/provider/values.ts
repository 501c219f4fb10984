/** Property values as Pulumi sends them: plain JSON, with marked strings and objects for what JSON lacks. */
import { isDeepStrictEqual } from "node:util";

/** Inputs, outputs or a nested object of a resource. */
export type Values = Readonly<Record<string, unknown>>;

/** Stands for a value that only a deployment knows (sdk/go/common/resource/plugin/rpc.go, `UnknownStringValue`). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

export const isUnknown = (value: unknown): boolean => value === UNKNOWN;
export const isAsset = (value: unknown): value is Values => isObject(value) && value[SIGNATURE_KEY] === ASSET;
export const isArchive = (value: unknown): value is Values => isObject(value) && value[SIGNATURE_KEY] === ARCHIVE;

export function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns whether a value is unknown or contains an unknown value. */
export function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) ? Object.values(value).some(hasUnknown) : isUnknown(value);
}

/** Returns the value without secret markers and without properties that are null or undefined. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  if (value[SIGNATURE_KEY] === SECRET) return plain(value["value"]);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      inner === null || inner === undefined ? [] : [[key, plain(inner)]],
    ),
  );
}

/** Returns plain inputs or outputs. */
export const plainValues = (value: unknown): Values => plain(value) as Values;

/** Compares values. Assets and archives are equal if their content is. */
export function sameValue(one: unknown, other: unknown): boolean {
  const hashes = [one, other].map((value) => (isAsset(value) || isArchive(value) ? value["hash"] : undefined));
  if (typeof hashes[0] === "string" && typeof hashes[1] === "string") return hashes[0] === hashes[1];
  return isDeepStrictEqual(one, other);
}

/** Returns an input as text; "" if it is absent, unknown or not a text. */
export function textOf(values: Values, key: string): string {
  const value = values[key];
  return typeof value === "string" && !isUnknown(value) ? value : "";
}

/** Returns a nested object; empty if it is absent or unknown. */
export function objectOf(values: Values, key: string): Values {
  const value = values[key];
  return isObject(value) ? value : {};
}

/** Returns a number; undefined if it is absent or unknown. */
export function numberOf(values: Values, key: string): number | undefined {
  const value = values[key];
  return typeof value === "number" ? value : undefined;
}
