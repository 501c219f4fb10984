/** Tag rules (AWS General Reference, "Tag naming limits and requirements"). */
import type { Failure } from "../schema/validate.ts";
import { isUnknown, objectOf, type Values } from "../values.ts";

const TAGS = 50;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Returns the provider's default tags with the resource's own. */
export function allTags(inputs: Values, defaultTags: Values): Values {
  return { ...defaultTags, ...objectOf(inputs, "tags") };
}

/** Returns why AWS refuses tags. */
export function tagFailures(tags: Values, property: string): Failure[] {
  const entries = Object.entries(tags);
  const count = entries.length > TAGS ? [{ property, reason: `must be at most ${TAGS} tags` }] : [];
  const wrong = entries.flatMap(([key, value]) => {
    const reason = keyProblem(key) ?? (isUnknown(value) ? undefined : valueProblem(String(value)));
    return reason === undefined ? [] : [{ property: `${property}.${key}`, reason }];
  });
  return [...count, ...wrong];
}

function keyProblem(key: string): string | undefined {
  if (key === "" || lengthOf(key) > 128) return "a key must have 1 to 128 characters";
  if (/^aws:/iu.test(key)) return "a key must not start with aws:";
  return CHARACTERS.test(key) ? undefined : "has characters that tags cannot have";
}

/** AWS counts characters, not UTF-16 units. */
const lengthOf = (text: string): number => Array.from(text).length;

function valueProblem(value: string): string | undefined {
  if (lengthOf(value) > 256) return "a value must have at most 256 characters";
  return CHARACTERS.test(value) ? undefined : "has characters that tags cannot have";
}
