/** The engine's changes as short lines, for tables and failures that people read. */
import type { Step } from "../trial/event-log.ts";

/** A step, or what one resource would become. */
export type Change = Pick<Step, "op" | "type" | "name">;

/**
 * Returns each change as "update Function publish", without the component's prefix, sorted.
 *
 * @param prefix what the names of the resources begin with
 * @example changesOf(await stack.up(), "patch-findings-eu-west-1"); // ["update Function publish"]
 */
export function changesOf({ changes }: { readonly changes: readonly Change[] }, prefix: string): string[] {
  return changes.map((change) => lineOf(change, prefix)).toSorted();
}

function lineOf({ op, type, name }: Change, prefix: string): string {
  const isBelow = name === prefix || name.startsWith(`${prefix}-`);
  const short = isBelow ? name.slice(prefix.length + 1) : name;
  return [op, type.split(":").at(-1), short].filter((word) => word !== "").join(" ");
}
