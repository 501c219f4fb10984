const LAST_YEAR = 9999;

/**
 * ISO 8601 in UTC. No patch operation was before 1970, and from the year 10000 on JavaScript writes years in a form
 * that neither Security Hub nor this program reads: such times count as unknown.
 */
export function isoInstant(epochMs: number): string | undefined {
  const date = new Date(epochMs);
  return epochMs >= 0 && date.getUTCFullYear() <= LAST_YEAR ? date.toISOString() : undefined;
}
