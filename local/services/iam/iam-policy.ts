/**
 * Policy documents in exactly the grammar that this program emits. Any other grammar is refused by name, because the
 * evaluator would have to guess its effect.
 * Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */

const CONDITION_OPERATORS = ["StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool", "Null"] as const;
type ConditionOperator = (typeof CONDITION_OPERATORS)[number];

/** One operator on one key. It holds if any of the values matches. */
export interface Condition {
  readonly operator: ConditionOperator;
  /** In lower case: condition keys are case-insensitive. */
  readonly key: string;
  readonly values: readonly string[];
}

/** The principal of a statement in a resource policy or trust policy. */
export interface PrincipalEntry {
  readonly type: "Service" | "AWS" | "Any";
  readonly value: string;
}

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  /** May contain `*` and `?`. `["*"]` in a trust policy, which has no Resource. */
  readonly resources: readonly string[];
  /** Undefined in an identity-based policy. */
  readonly principals: readonly PrincipalEntry[] | undefined;
  readonly conditions: readonly Condition[];
}

export interface Policy {
  readonly statements: readonly Statement[];
}

const POLICY_KEYS = ["Version", "Id", "Statement"];
const STATEMENT_KEYS = ["Sid", "Effect", "Action", "Resource", "Principal", "Condition"];

/**
 * Parses a policy.
 * @param policy a policy document, as JSON text or parsed: a role policy, a resource policy or a trust policy
 * @throws {Error} for anything that IAM refuses or that this evaluator does not support
 */
export function parsePolicy(policy: string | object): Policy {
  const document = asObject(typeof policy === "string" ? parseJson(policy) : policy, "Policy");
  refuseUnknown(document, POLICY_KEYS, "Policy");
  if (document["Version"] !== "2012-10-17") {
    throw new Error(`Policy Version is ${show(document["Version"])}; allowed: "2012-10-17"`);
  }
  const statements = document["Statement"];
  if (!Array.isArray(statements) || statements.length === 0) {
    throw new Error(`Policy Statement is ${show(statements)}; allowed: an array of at least one statement`);
  }
  return { statements: statements.map((statement, index) => parseStatement(statement, index)) };
}

function parseStatement(value: unknown, index: number): Statement {
  const place = `Policy Statement[${index}]`;
  const statement = asObject(value, place);
  refuseUnknown(statement, STATEMENT_KEYS, place);
  const { Sid: sid, Effect: effect } = statement;
  if (effect !== "Allow" && effect !== "Deny")
    throw new Error(`${place} Effect is ${show(effect)}; allowed: Allow, Deny`);
  if (sid !== undefined && typeof sid !== "string") throw new Error(`${place} Sid is ${show(sid)}; allowed: a string`);
  const actions = asStrings(statement["Action"], `${place} Action`);
  for (const action of actions) checkAction(action, `${place} Action`);
  const principals =
    statement["Principal"] === undefined
      ? undefined
      : parsePrincipals(statement["Principal"], effect, `${place} Principal`);
  return {
    sid,
    effect,
    actions,
    resources: parseResources(statement["Resource"], principals !== undefined, `${place} Resource`),
    principals,
    conditions: statement["Condition"] === undefined ? [] : parseConditions(statement["Condition"], place),
  };
}

function checkAction(action: string, place: string): void {
  if (action.includes("*") || action.includes("?")) {
    throw new Error(`${place} ${show(action)} has a wildcard; name each action (least privilege)`);
  }
  if (!/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action)) {
    throw new Error(`${place} ${show(action)} is not an action; allowed: service:Action`);
  }
}

function parseResources(value: unknown, hasPrincipal: boolean, place: string): string[] {
  // A trust policy has no resource: it applies to the role that carries it.
  if (value === undefined && hasPrincipal) return ["*"];
  const resources = asStrings(value, place);
  for (const resource of resources) {
    const parts = resource.split(":");
    const isArn = parts[0] === "arn" && parts.length >= 6 && !/[*?]/.test(parts[2] ?? "");
    if (resource !== "*" && !isArn) {
      throw new Error(
        `${place} ${show(resource)} is not an ARN; allowed: "*", or an ARN whose service has no wildcard`,
      );
    }
  }
  return resources;
}

function parsePrincipals(value: unknown, effect: "Allow" | "Deny", place: string): PrincipalEntry[] {
  if (value === "*" && effect === "Deny") return [{ type: "Any", value }];
  const entries = Object.entries(asObject(value, place)).flatMap(([type, ids]) => {
    if (type !== "Service" && type !== "AWS") {
      throw new Error(`${place} type ${show(type)} is not supported; allowed: Service, AWS`);
    }
    return asStrings(ids, `${place} ${type}`).map((id): PrincipalEntry => ({ type, value: id }));
  });
  const wild = entries.find((entry) => /[*?]/.test(entry.value));
  if (wild !== undefined) throw new Error(`${place} ${show(wild.value)} has a wildcard; name the principal`);
  if (entries.length === 0) throw new Error(`${place} is empty; allowed: {"Service": ...} or {"AWS": ...}`);
  return entries;
}

function parseConditions(value: unknown, place: string): Condition[] {
  return Object.entries(asObject(value, `${place} Condition`)).flatMap(([name, block]) => {
    const operator = CONDITION_OPERATORS.find((known) => known === name);
    if (operator === undefined) {
      throw new Error(
        `${place} Condition operator ${show(name)} is not supported; allowed: ${CONDITION_OPERATORS.join(", ")}`,
      );
    }
    return Object.entries(asObject(block, `${place} Condition ${operator}`)).map(([key, operand]): Condition => {
      const values = asStrings(operand, `${place} Condition ${operator} ${key}`);
      for (const item of values) checkConditionValue(operator, item, `${place} Condition ${operator} ${key}`);
      return { operator, key: key.toLowerCase(), values };
    });
  });
}

function checkConditionValue(operator: ConditionOperator, value: string, place: string): void {
  const isArn = value.startsWith("arn:") && value.split(":").length >= 6;
  if ((operator === "ArnEquals" || operator === "ArnLike") && !isArn) {
    throw new Error(`${place} ${show(value)} is not an ARN; allowed: arn:partition:service:region:account:resource`);
  }
  if ((operator === "Bool" || operator === "Null") && value !== "true" && value !== "false") {
    throw new Error(`${place} is ${show(value)}; allowed: "true", "false"`);
  }
}

function asStrings(value: unknown, place: string): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const strings = values.filter((item) => typeof item === "string");
  if (strings.length === 0 || strings.length < values.length) {
    throw new Error(`${place} is ${show(value)}; allowed: a string or an array of strings`);
  }
  const variable = strings.find((item) => item.includes("${"));
  if (variable !== undefined)
    throw new Error(`${place} ${show(variable)} has a policy variable; write the value itself`);
  return strings;
}

function asObject(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${place} is ${show(value)}; allowed: an object`);
  }
  return { ...value };
}

function refuseUnknown(value: Record<string, unknown>, known: readonly string[], place: string): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new Error(`${place} has ${show(unknown)}, which is not supported; allowed: ${known.join(", ")}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`Policy is not JSON: ${show(text)}`, { cause });
  }
}

function show(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value).slice(0, 100);
}
