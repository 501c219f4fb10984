/**
 * Severity labels of the AWS Security Finding Format, worst first (API reference, "Severity"). Everything that compares
 * or sorts severities uses this order.
 */
export const SEVERITY_LABELS = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"] as const;
export type SeverityLabel = (typeof SEVERITY_LABELS)[number];

/** Returns the severity label that a word is; undefined if it is none. */
export function severityLabel(word: string | undefined): SeverityLabel | undefined {
  return SEVERITY_LABELS.find((label) => label === word);
}
