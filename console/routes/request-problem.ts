import type * as z from "zod";

/**
 * Returns in one line why a request cannot be used.
 *
 * @example requestProblem(parsed.error); // 'the request cannot be used: "keys" can have at most 5000 entries'
 */
export function requestProblem({ issues: [issue] }: z.ZodError): string {
  return `the request cannot be used: ${issue === undefined ? "it has the wrong form" : inWords(issue)}`;
}

function inWords(issue: z.core.$ZodIssue): string {
  const name = issue.path.length === 0 ? "it" : JSON.stringify(issue.path.map(String).join("/"));
  if (issue.code === "invalid_type") return `${name} must be of the type ${issue.expected}`;
  if (issue.code === "invalid_value") return `${name} must be ${issue.values.map(String).join(", ")}`;
  if (issue.code === "too_small") return `${name} is too short`;
  if (issue.code === "too_big") {
    return `${name} can have at most ${issue.maximum} ${issue.origin === "array" ? "entries" : "characters"}`;
  }
  if (issue.code === "unrecognized_keys") return `it cannot have ${issue.keys.slice(0, 5).map(quoted).join(", ")}`;
  return `${name} has the wrong form`;
}

const quoted = (name: string): string => JSON.stringify(name.slice(0, 60));
