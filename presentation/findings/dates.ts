/** Writes times for people, the same on every machine and in every language. */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const ISO_TIME = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?Z/g;

/**
 * Returns a time in UTC for people. A text that is no time stays as it is.
 *
 * @param time ISO 8601
 * @example inUtc("2026-11-25T17:32:09.000Z"); // "25 Nov 2026, 17:32 UTC"
 */
export function inUtc(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ""} ${date.getUTCFullYear()}`;
  return `${day}, ${two(date.getUTCHours())}:${two(date.getUTCMinutes())} UTC`;
}

/**
 * Returns a text with its ISO 8601 times written for people.
 *
 * @example timesInUtc("silent since 2026-11-25T17:32:09.000Z"); // "silent since 25 Nov 2026, 17:32 UTC"
 */
export function timesInUtc(text: string): string {
  return text.replaceAll(ISO_TIME, inUtc);
}
