/**
 * Returns a number with its noun in the singular or plural. Every text that prints a number with a noun uses it.
 *
 * @param plural for nouns whose plural does not end in "s"; default: the singular and "s"
 * @example
 * counted(1, "execution"); // "1 execution"
 * counted(2, "patch", "patches"); // "2 patches"
 */
export function counted(count: number, singular: string, plural?: string): string {
  return `${count} ${nounFor(count, singular, plural)}`;
}

/**
 * Returns only the noun, for a number that is shown elsewhere.
 *
 * @example nounFor(1, "event"); // "event"
 */
export function nounFor(count: number, singular: string, plural = `${singular}s`): string {
  return count === 1 ? singular : plural;
}
