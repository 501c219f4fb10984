/** Returns what identifies a finding in Security Hub, as one text. */
export function findingKey(finding: object): string {
  return keyOf(String(Reflect.get(finding, "ProductArn")), String(Reflect.get(finding, "Id")));
}

/** Returns the same key from its two parts. */
export function keyOf(productArn: string, id: string): string {
  return JSON.stringify([productArn, id]);
}
