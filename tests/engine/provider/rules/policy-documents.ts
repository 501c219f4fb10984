/** Checks of IAM's JSON policy documents (IAM User Guide, "IAM JSON policy element reference"). */
import { isObject } from "../values.ts";
import { parsed, type Check } from "./checks.ts";

interface DocumentLimits {
  readonly maximumBytes: number;
  /** IAM does not count white space. */
  readonly countsWhiteSpace?: boolean;
  readonly maximumStatements?: number;
  /** Policies of resources name who may use them; policies of roles must not. */
  readonly principal: "required" | "forbidden";
  /** Trust policies have no resource. */
  readonly resource: "required" | "forbidden";
}

/** API reference of IAM, PutRolePolicy. */
const CHARACTERS = /^[\t\n\r -\u00FF]+$/u;

/** Accepts a policy document. */
export function policyDocument(limits: DocumentLimits): Check {
  return (value) => {
    const given = typeof value === "string" ? value : JSON.stringify(value);
    const document = parsed(given);
    if (!isObject(document)) return "MalformedPolicyDocument: must be a JSON object";
    if (!CHARACTERS.test(given)) return "MalformedPolicyDocument: must have no characters beyond U+00FF";
    if (document["Version"] !== "2012-10-17") return 'MalformedPolicyDocument: Version must be "2012-10-17"';
    const size = policySize(given, limits.countsWhiteSpace);
    if (size > limits.maximumBytes) return `must have at most ${limits.maximumBytes} bytes; it has ${size}`;
    const statements = [document["Statement"]].flat();
    const { maximumStatements = Infinity } = limits;
    if (statements.length > maximumStatements) {
      return `must have at most ${maximumStatements} statements; it has ${statements.length}`;
    }
    if (statements.length === 0) return "MalformedPolicyDocument: must have a statement";
    return statements.map((statement) => statementProblem(statement, limits)).find((problem) => problem !== undefined);
  };
}

/** Returns the size that AWS compares with its limit, in bytes. */
export function policySize(document: string, countsWhiteSpace = true): number {
  return Buffer.byteLength(countsWhiteSpace ? document : document.replaceAll(/\s/gu, ""));
}

const ELEMENTS = new Set(
  [
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"],
    ["Resource", "NotResource", "Condition"],
  ].flat(),
);
const ACTION = /^(\*|[\w-]+:[\w*?]+)$/u;

function statementProblem(statement: unknown, { principal, resource }: DocumentLimits): string | undefined {
  if (!isObject(statement)) return "MalformedPolicyDocument: a statement must be an object";
  const unknown = Object.keys(statement).find((element) => !ELEMENTS.has(element));
  if (unknown !== undefined) return `MalformedPolicyDocument: ${unknown} is not an element of a statement`;
  if (statement["Effect"] !== "Allow" && statement["Effect"] !== "Deny") {
    return "MalformedPolicyDocument: Effect must be Allow or Deny";
  }
  const actions = [statement["Action"] ?? statement["NotAction"] ?? []].flat().map(String);
  if (actions.length === 0) return "MalformedPolicyDocument: a statement must have an action";
  const wrong = actions.find((action) => !ACTION.test(action));
  if (wrong !== undefined) return `MalformedPolicyDocument: ${wrong} is not an action`;
  const names = ["Principal", "Resource"] as const;
  const wanted = { Principal: principal, Resource: resource };
  return names.map((name) => presenceProblem(statement, name, wanted[name])).find((problem) => problem !== undefined);
}

function presenceProblem(
  statement: Readonly<Record<string, unknown>>,
  name: string,
  wanted: "required" | "forbidden",
): string | undefined {
  const values = [statement[name], statement[`Not${name}`]].filter((value) => value !== undefined);
  if (wanted === "forbidden") {
    return values.length === 0 ? undefined : `MalformedPolicyDocument: a statement must have no ${name} here`;
  }
  const empty = values.every((value) => Array.isArray(value) && value.length === 0);
  return values.length === 0 || empty ? `MalformedPolicyDocument: a statement must have a ${name}` : undefined;
}
