import { isNodeId } from "./node-reference.ts";

/** An event names a few nodes in a few fields. Anything larger is no event, and must not take long to read. */
const MAX_VALUES = 1_000;

/**
 * Returns the ids of managed nodes in a value whose shape is not known, each once. A text counts if it is an id, or an ARN
 * that ends in one. At most 1,000 values are read, the outer ones first.
 *
 * @example
 * nodeIdsIn({ resources: ["arn:aws:ssm:us-east-2:111122223333:managed-instance/mi-0123456789abcdef0"] });
 */
export function nodeIdsIn(value: unknown): string[] {
  const nodeIds = new Set<string>();
  const values: unknown[] = [value];
  // A list that grows while it is read, because a recursive walk could overflow the stack.
  for (let index = 0; index < values.length; index += 1) {
    const one = values[index];
    if (typeof one === "string") {
      const last = one.slice(one.lastIndexOf("/") + 1);
      if (isNodeId(last)) nodeIds.add(last);
    } else if (typeof one === "object" && one !== null) {
      const inner: unknown[] = Object.values(one);
      values.push(...inner.slice(0, MAX_VALUES - values.length));
    }
  }
  return [...nodeIds];
}
