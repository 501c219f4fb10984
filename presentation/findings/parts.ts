/**
 * Parts of a finding by their path. What is not as the format says is left out, so that one bad member does not hide
 * the finding. By hand, where a schema would do: zod compiles schemas with `new Function`, which the content security
 * policy of a page forbids.
 */
import { httpsUrl, oneLine } from "./text.ts";

type Path = readonly (string | number)[];

export function textAt(value: unknown, ...path: Path): string | undefined {
  return oneLine(partAt(value, path));
}

export function urlAt(value: unknown, ...path: Path): string | undefined {
  return httpsUrl(partAt(value, path));
}

/** A whole number from 0 up. */
export function countAt(value: unknown, ...path: Path): number | undefined {
  const part = partAt(value, path);
  return typeof part === "number" && Number.isSafeInteger(part) && part >= 0 ? part : undefined;
}

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

export type Present<Parts> = { [Key in keyof Parts as undefined extends Parts[Key] ? never : Key]: Parts[Key] } & {
  [Key in keyof Parts as undefined extends Parts[Key] ? Key : never]?: Exclude<Parts[Key], undefined>;
};

/** Without the members that are undefined. */
export function present<Parts extends object>(parts: Parts): Present<Parts> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Present<Parts>;
}

/** The same; undefined where no member is left. */
export function some<Parts extends object>(parts: Parts): Present<Parts> | undefined {
  const left = present(parts);
  return Object.keys(left).length === 0 ? undefined : left;
}
