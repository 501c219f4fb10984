import type { PatchException } from "./policies.ts";

/**
 * Returns a short key of an exception. Findings name the exceptions that they use by it. It does not depend on the
 * exception's place in the list, and changes with its content.
 *
 * @example exceptionKey(exception); // "1f3b9c02"
 */
export function exceptionKey({ patches, nodes, owner, reason, ticket, until }: PatchException): string {
  const content = JSON.stringify([sorted(patches), sorted(nodes), owner, reason, ticket, until]);
  return fnv1a(content).toString(16).padStart(8, "0");
}

/** Returns the FNV-1a hash of a text, in 32 bits. It only tells a few hundred exceptions apart. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** Orders the keys of a mapping and what is in it: a file and a stack setting may list them differently. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
