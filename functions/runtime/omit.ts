/**
 * Returns a copy of an object without these keys.
 *
 * @param keys optional keys only, so that the copy has the same type
 * @example
 * omit(reference, "removed", "removedAt");
 */
export function omit<Value extends object>(value: Value, ...keys: readonly (keyof Value & string)[]): Value {
  const names: readonly string[] = keys;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !names.includes(key))) as Value;
}
