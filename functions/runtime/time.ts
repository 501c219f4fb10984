const LAST_YEAR = 9999;

/**
 * Returns a time as ISO 8601 in UTC. Security Hub cannot read the form that JavaScript uses for years after 9999, and no
 * patch operation was before 1970.
 *
 * @param epochMs epoch milliseconds
 * @returns undefined for a time before 1970, after 9999, or NaN
 * @example
 * isoInstant(0); // "1970-01-01T00:00:00.000Z"
 */
export function isoInstant(epochMs: number): string | undefined {
  const date = new Date(epochMs);
  return epochMs >= 0 && date.getUTCFullYear() <= LAST_YEAR ? date.toISOString() : undefined;
}
