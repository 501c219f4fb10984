/** By code units: an order must not depend on a machine's locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * A total order for data of any shape. Systems Manager promises no order of its lists, so whatever is picked from one is
 * picked by content.
 */
export function compareContent(a: unknown, b: unknown): number {
  return compareText(JSON.stringify(a), JSON.stringify(b));
}
