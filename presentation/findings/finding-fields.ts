/**
 * Reads parts of a finding by their path. A malformed part reads as undefined, so that it does not hide the finding. This
 * does not use zod, which compiles schemas with `new Function`: a page's content security policy forbids that.
 */
import { httpsUrl, oneLine } from "./text.ts";

type Path = readonly (string | number)[];

/** Returns the text at a path as one line, or undefined. */
export function textAt(value: unknown, ...path: Path): string | undefined {
  return oneLine(partAt(value, path));
}

/** Returns the https address at a path, or undefined. */
export function urlAt(value: unknown, ...path: Path): string | undefined {
  return httpsUrl(partAt(value, path));
}

/** Returns the whole number at a path, 0 or more, or undefined. */
export function countAt(value: unknown, ...path: Path): number | undefined {
  const part = partAt(value, path);
  return typeof part === "number" && Number.isSafeInteger(part) && part >= 0 ? part : undefined;
}

/** Returns the list at a path, or an empty list. */
export function listAt(value: unknown, ...path: Path): readonly unknown[] {
  const part: unknown = partAt(value, path);
  return Array.isArray(part) ? part : [];
}

function partAt(value: unknown, path: Path): unknown {
  let part = value;
  for (const key of path) {
    if (typeof part !== "object" || part === null || !Object.hasOwn(part, key)) return undefined;
    part = (part as Readonly<Record<string | number, unknown>>)[key];
  }
  return part;
}

/** An object type whose members that may be undefined are optional. */
type Present<Parts> = { [Key in keyof Parts as undefined extends Parts[Key] ? never : Key]: Parts[Key] } & {
  [Key in keyof Parts as undefined extends Parts[Key] ? Key : never]?: Exclude<Parts[Key], undefined>;
};

/** Returns an object without its undefined members. */
export function present<Parts extends object>(parts: Parts): Present<Parts> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Present<Parts>;
}

/** Returns an object without its undefined members, or undefined if no member remains. */
export function presentOrNothing<Parts extends object>(parts: Parts): Present<Parts> | undefined {
  const left = present(parts);
  return Object.keys(left).length === 0 ? undefined : left;
}
