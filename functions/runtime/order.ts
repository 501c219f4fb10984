/**
 * Compares two strings by code units, so that the order does not depend on the machine's locale.
 *
 * @example
 * ids.toSorted(compareText);
 */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Compares two values of any shape by their JSON. Systems Manager promises no order for its lists. Sorting by content
 * makes the choice of an item independent of the order in which the pages arrived.
 *
 * @example
 * const [first] = rows.toSorted(compareContent);
 */
export function compareContent(a: unknown, b: unknown): number {
  return compareText(JSON.stringify(a), JSON.stringify(b));
}
