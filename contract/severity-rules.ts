import { SEVERITY_LABELS, type SeverityLabel } from "./severity.ts";

/**
 * The conditions of a severity rule. Each is a list of accepted words, compared without case. `platform` accepts names
 * that begin with one of its words, such as `Ubuntu`.
 */
const CONDITIONS = ["complianceLevel", "vendorSeverity", "classification", "platform"] as const;

/** One rule of the severity policy: patches that meet all its conditions get its severity. */
export type SeverityRule = Readonly<Partial<Record<(typeof CONDITIONS)[number], readonly string[]>>> & {
  /** Tags of the node: each key must have one of its values. */
  readonly tags?: Readonly<Record<string, readonly string[]>>;
  readonly severity: SeverityLabel;
};

/**
 * Reads severity rules from JSON.
 *
 * @throws {Error} naming what is allowed
 * @example
 * parseSeverityRules('[{"classification": ["Security"], "severity": "CRITICAL"}]');
 */
export function parseSeverityRules(text: string): readonly SeverityRule[] {
  const rules = jsonOf(text);
  if (Array.isArray(rules) && rules.every(isSeverityRule)) return rules;
  throw new Error(
    `must be a JSON array of rules, each with a severity (${SEVERITY_LABELS.join(", ")}) and, as lists of words, any of ` +
      CONDITIONS.join(", "),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSeverityRule(rule: unknown): rule is SeverityRule {
  if (typeof rule !== "object" || rule === null) return false;
  const { severity, tags = {}, ...conditions } = rule as Readonly<Record<string, unknown>>;
  return (
    SEVERITY_LABELS.some((label) => label === severity) &&
    typeof tags === "object" &&
    tags !== null &&
    Object.values(tags).every(isWords) &&
    Object.entries(conditions).every(([name, words]) => CONDITIONS.some((known) => known === name) && isWords(words))
  );
}

function isWords(value: unknown): boolean {
  return Array.isArray(value) && value.every((word) => typeof word === "string" && word !== "");
}
