import * as z from "zod";

const DAY_MS = 86_400_000;
/** Days that an exception may lie ahead: it must be looked at once a year. */
export const MOST_DAYS_AHEAD = 366;

const date = z.iso.date();
const time = z.iso.datetime({ offset: true });

/**
 * Returns the first moment, in milliseconds, at which something that holds "until" a date or a time does not hold any
 * more. A date holds to the end of its day, in UTC. Returns undefined for other texts.
 *
 * @example
 * endOf("2027-06-30"); // 2027-07-01T00:00:00Z
 */
export function endOf(until: string): number | undefined {
  if (date.safeParse(until).success) return Date.parse(until) + DAY_MS;
  return time.safeParse(until).success ? Date.parse(until) : undefined;
}

/** Returns whether an end is near enough. What has ended already is. */
export function isNearEnough(until: string, now: number): boolean {
  const end = endOf(until);
  // The day of a date counts as a whole.
  return end === undefined || end <= now + (MOST_DAYS_AHEAD + 1) * DAY_MS;
}
