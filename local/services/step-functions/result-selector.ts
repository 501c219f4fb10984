/** A Task's ResultSelector whose paths have wildcards, which the local engine does not follow as AWS does. */
import { hasWildcards, listOf, objectOf, type State } from "./asl-features.ts";

/**
 * Selects what a path with wildcards leads to: always a list, and an empty one where nothing fits, as in AWS.
 * @returns the result itself where the state has no such ResultSelector: the engine then does what is to be done
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
