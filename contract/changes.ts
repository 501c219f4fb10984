/**
 * What an import changed, most important first. Security Hub emits an event for every import, so consumers filter events
 * by this word.
 */
export const CHANGES = [
  "opened",
  "reopened",
  "closed",
  /** An exception ended or was removed, or another patch is missing: not all patches are accepted any more. */
  "expired",
  /** Every noncompliant patch is accepted by an exception now. */
  "accepted",
  "overdue",
  "severity raised",
  "severity lowered",
  /** Anything else: other patches with the same severity, a newer run, or a finding that is kept alive. */
  "refreshed",
] as const;
export type Change = (typeof CHANGES)[number];

/** Whether exceptions accept all noncompliant patches of a node, or only some. */
export const ACCEPTED = ["all", "some"] as const;
export type Accepted = (typeof ACCEPTED)[number];
