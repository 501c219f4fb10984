/** Returns a copy without these keys. @param keys optional ones, so that the copy is of the same type */
export function omit<Value extends object>(value: Value, ...keys: readonly (keyof Value & string)[]): Value {
  const names: readonly string[] = keys;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !names.includes(key))) as Value;
}
