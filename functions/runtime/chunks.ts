/**
 * Splits a list, in order, into lists of at most `size` items: the most that a call, a message or an execution takes.
 *
 * @example
 * chunks(["a", "b", "c"], 2); // [["a", "b"], ["c"]]
 */
export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
