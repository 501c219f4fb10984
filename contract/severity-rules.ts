import type { SeverityLabel } from "./severity.ts";

/**
 * The conditions of a severity rule. Each is a list of accepted words, compared without case. `platform` accepts names
 * that begin with one of its words, such as `Ubuntu`.
 */
export const SEVERITY_RULE_CONDITIONS = ["complianceLevel", "vendorSeverity", "classification", "platform"] as const;

/** One rule of the severity policy: patches that meet all its conditions get its severity. */
export type SeverityRule = Readonly<Partial<Record<(typeof SEVERITY_RULE_CONDITIONS)[number], readonly string[]>>> & {
  /** Tags of the node: each key must have one of its values. */
  readonly tags?: Readonly<Record<string, readonly string[]>>;
  readonly severity: SeverityLabel;
};
