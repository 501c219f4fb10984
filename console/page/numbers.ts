const format = new Intl.NumberFormat("en-US");

/**
 * Returns a whole number as people read it.
 *
 * @example grouped(5000); // "5,000"
 */
export function grouped(count: number): string {
  return format.format(count);
}
