import { createHash } from "node:crypto";
import type { PatchException } from "./policies.ts";

/**
 * Returns a short key of an exception. Findings name the exceptions that they use by it. It does not depend on the
 * exception's place in the list, and changes with its content.
 *
 * @example exceptionKey(exception); // "1f3b9c02"
 */
export function exceptionKey({ patches, nodes, owner, reason, ticket, until }: PatchException): string {
  const content = JSON.stringify([sorted(patches), sorted(nodes), owner, reason, ticket, until]);
  return createHash("sha256").update(content).digest("hex").slice(0, 8);
}

/** Orders the keys of a mapping and what is in it: a file and a stack setting may list them differently. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
