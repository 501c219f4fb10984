/** ResultSelectors whose paths have wildcards, which the local engine does not resolve as AWS does. */
import { hasWildcards, listOf, objectOf, type State } from "./asl-features.ts";

/**
 * Selects the parts of a result that a path with wildcards matches. As in AWS this is always a list, and an empty one
 * if nothing matches.
 * @returns the result unchanged if the state has no such ResultSelector: the engine then applies the state's own
 */
export function selectResult(state: State, result: unknown): unknown {
  if (!hasWildcards(state)) return result;
  const parts = Object.entries(objectOf(state["ResultSelector"]));
  return Object.fromEntries(parts.map(([key, path]) => [key.replace(/\.\$$/, ""), follow(String(path), result)]));
}

function follow(path: string, result: unknown): unknown {
  const steps: readonly string[] = path.match(/[\w-]+|\*/g) ?? [];
  const found = steps.reduce<readonly unknown[]>(
    (values, step) =>
      values.flatMap((value) =>
        step === "*" ? listOf(value) : Object.hasOwn(objectOf(value), step) ? [objectOf(value)[step]] : [],
      ),
    [result],
  );
  return steps.includes("*") ? found : found[0];
}
