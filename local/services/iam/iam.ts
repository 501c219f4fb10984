/** Decides as IAM does whether policies allow one action on one resource. */
import { parsePolicy } from "./iam-policy.ts";
import type { Condition, Policy, PrincipalEntry, Statement } from "./iam-policy.ts";

export { parsePolicy };
export type { Policy };

/** One access request. */
export interface AccessRequest {
  /** `service:Action`. */
  readonly action: string;
  /** ARN, or `*` if the action has no resource type. */
  readonly resource: string;
  /** Condition keys, with a single value each. */
  readonly context?: Readonly<Record<string, string>>;
  /** The principal, only for resource policies and trust policies: their statements name one. */
  readonly principal?: { readonly Service: string } | { readonly AWS: string };
}

interface AccessDecision {
  readonly allowed: boolean;
  /** Names the statement that decided, or says that none did. */
  readonly reason: string;
}

/**
 * Decides a request: an explicit Deny takes precedence over any Allow, and the default is to deny. Statements with a
 * Principal apply only to a request with a principal, statements without one only to a request without.
 */
export function isAllowed(policies: readonly Policy[], request: AccessRequest): AccessDecision {
  const statements = policies.flatMap((policy) => policy.statements).filter((each) => applies(each, request));
  const what = `${request.action} on ${request.resource}`;
  const deny = statements.find((statement) => statement.effect === "Deny");
  if (deny !== undefined) return { allowed: false, reason: `${what} is denied by ${label(deny)}` };
  const allow = statements.find((statement) => statement.effect === "Allow");
  if (allow !== undefined) return { allowed: true, reason: `${what} is allowed by ${label(allow)}` };
  const near = policies
    .flatMap((policy) => policy.statements)
    .find((statement) => statement.effect === "Allow" && hasAction(statement, request.action));
  const why =
    near === undefined
      ? "no statement allows this action"
      : `${label(near)} allows the action, but not for this resource, principal or context`;
  return { allowed: false, reason: `${what}${contextText(request)} is not allowed: ${why}` };
}

/**
 * Tells whether the whole text matches the pattern, in which `*` matches any number of characters and `?` exactly one.
 * Two pointers go back to the last `*` at most, so the worst case is pattern length times text length.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let [p, t, star, resume] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

function applies(statement: Statement, request: AccessRequest): boolean {
  return (
    hasAction(statement, request.action) &&
    statement.resources.some((resource) => matchesGlob(resource, request.resource)) &&
    fitsPrincipal(statement.principals, request.principal) &&
    statement.conditions.every((condition) => holds(condition, request.context ?? {}))
  );
}

/** Tells whether a statement names the action. Action names are case-insensitive. */
function hasAction(statement: Statement, action: string): boolean {
  return statement.actions.some((name) => name.toLowerCase() === action.toLowerCase());
}

function fitsPrincipal(entries: readonly PrincipalEntry[] | undefined, principal: AccessRequest["principal"]): boolean {
  if (entries === undefined || principal === undefined) return entries === undefined && principal === undefined;
  if (entries.some((entry) => entry.type === "Any")) return true;
  if ("Service" in principal) {
    return entries.some((entry) => entry.type === "Service" && entry.value === principal.Service);
  }
  const [, partition, , , account] = principal.AWS.split(":");
  const same = [principal.AWS, account, `arn:${partition ?? ""}:iam::${account ?? ""}:root`];
  return entries.some((entry) => entry.type === "AWS" && same.includes(entry.value));
}

/** Tells whether a condition holds. A key that is missing from the request makes it false, except for `Null`. */
function holds(condition: Condition, context: Readonly<Record<string, string>>): boolean {
  const found = Object.entries(context).find(([key]) => key.toLowerCase() === condition.key);
  if (condition.operator === "Null") return condition.values.includes(String(found === undefined));
  if (found === undefined) return false;
  const actual = found[1];
  const { operator } = condition;
  return condition.values.some((wanted) => {
    switch (operator) {
      case "StringEquals":
        return wanted === actual;
      case "StringLike":
        return matchesGlob(wanted, actual);
      case "ArnEquals":
      case "ArnLike":
        return matchesArn(wanted, actual);
      case "Bool":
        return wanted === actual.toLowerCase();
    }
  });
}

/**
 * Matches ARNs. ArnEquals and ArnLike are the same: each of the six parts is matched separately, so a `*` cannot span a
 * colon.
 */
function matchesArn(pattern: string, arn: string): boolean {
  const wanted = arnParts(pattern);
  const actual = arnParts(arn);
  return actual.length === 6 && wanted.every((part, index) => matchesGlob(part, actual[index] ?? ""));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

function label(statement: Statement): string {
  return `statement ${statement.sid ?? `[${statement.actions.join(", ")}]`}`;
}

function contextText(request: AccessRequest): string {
  const context = Object.entries(request.context ?? {});
  return context.length === 0 ? "" : ` with ${context.map(([key, value]) => `${key}=${value}`).join(", ")}`;
}
