import type { StoredFinding } from "./stored-finding.ts";

/** The times that a finding keeps over its life, ISO 8601. */
export interface FindingTimes {
  readonly createdAt: string;
  readonly firstObservedAt: string;
  readonly updatedAt: string;
}

/**
 * Returns the times of the next import.
 *
 * @param since when the finding began, from the node's data. Two executions that open the same finding agree on it
 */
export function timesOf(readAt: string, since: string, stored: StoredFinding | undefined): FindingTimes {
  const createdAt = stored?.CreatedAt ?? since;
  return {
    updatedAt: updatedAfter(readAt, stored),
    createdAt,
    firstObservedAt: stored?.FirstObservedAt ?? createdAt,
  };
}

/**
 * Returns the UpdatedAt of the next import. It follows the reading. Security Hub ignores an import with an older
 * UpdatedAt, so an earlier reading that is published late does not replace a later one.
 */
export function updatedAfter(readAt: string, stored: StoredFinding | undefined): string {
  const previous = Date.parse(stored?.UpdatedAt ?? "");
  const next = Number.isNaN(previous) ? 0 : previous + 1;
  return new Date(Math.max(Date.parse(readAt), next)).toISOString();
}
