/** Writes times for people. A text that is no time stays as it is. */
import { counted } from "../../contract/counted.ts";

const ISO_TIME = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?Z/g;
const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;
/** Each unit with the seconds at which it begins and the seconds that it has, largest first. */
const UNITS = [
  { unit: "year", from: 730 * DAY_S, seconds: 365 * DAY_S },
  { unit: "month", from: 60 * DAY_S, seconds: 30 * DAY_S },
  { unit: "day", from: 2 * DAY_S, seconds: DAY_S },
  { unit: "hour", from: HOUR_S, seconds: HOUR_S },
  { unit: "minute", from: MINUTE_S, seconds: MINUTE_S },
] as const;

/**
 * Returns how long ago a time was, or how far away it is, rounded down.
 *
 * @param iso ISO 8601
 * @example relativeTime("2026-11-25T14:32:00Z", new Date("2026-11-25T17:40:00Z")); // "3 hours ago"
 */
export function relativeTime(iso: string, now: Date): string {
  const seconds = (Date.parse(iso) - now.getTime()) / 1000;
  if (Number.isNaN(seconds)) return iso;
  const size = Math.abs(seconds);
  const found = UNITS.find(({ from }) => size >= from);
  if (found === undefined) return "just now";
  const length = counted(Math.floor(size / found.seconds), found.unit);
  return seconds < 0 ? `${length} ago` : `in ${length}`;
}

/**
 * Returns a time in UTC.
 *
 * @param iso ISO 8601
 * @example utcTime("2026-11-25T17:32:08Z"); // "25 Nov 2026, 17:32 UTC"
 */
export function utcTime(iso: string): string {
  return localTime(iso, "UTC");
}

/**
 * Returns a text with its ISO 8601 times written for people.
 *
 * @example timesInUtc("silent since 2026-11-25T17:32:09.000Z"); // "silent since 25 Nov 2026, 17:32 UTC"
 */
export function timesInUtc(text: string): string {
  return timesInZone(text, "UTC");
}

/**
 * Returns a text with its ISO 8601 times written in a time zone.
 *
 * @param timeZone as for {@link localTime}
 * @example timesInZone("silent since 2026-11-25T17:32:09Z", "Europe/Berlin"); // "silent since 25 Nov 2026, 18:32 GMT+1"
 */
export function timesInZone(text: string, timeZone?: string): string {
  return text.replaceAll(ISO_TIME, (iso) => localTime(iso, timeZone));
}

/**
 * Returns the day of a time in a time zone. A day without a time belongs to no zone and stays as it is.
 *
 * @param timeZone as for {@link localTime}
 * @example dayOf("2026-11-25T23:30:00Z", "Europe/Berlin"); // "2026-11-26"
 */
export function dayOf(iso: string, timeZone?: string): string {
  const parts = DAY_ONLY.test(iso) ? undefined : partsOf(iso, timeZone);
  if (parts === undefined) return iso;
  return [parts.year.padStart(4, "0"), parts.month.padStart(2, "0"), parts.day.padStart(2, "0")].join("-");
}

/**
 * Returns the last day, in UTC, of a period that ends before a time.
 *
 * @example lastDay("2027-07-01T00:00:00.000Z"); // "2027-06-30"
 */
export function lastDay(end: string): string {
  const time = Date.parse(end);
  return Number.isNaN(time) ? end : new Date(time - 1).toISOString().slice(0, 10);
}

/**
 * Returns the last day of a period in words.
 *
 * @example lastDayInWords("2027-07-01T00:00:00.000Z"); // "30 Jun 2027"
 */
export function lastDayInWords(end: string): string {
  return dayIn(lastDay(end), "UTC");
}

/**
 * Returns a time in a time zone.
 *
 * @param iso ISO 8601
 * @param timeZone an IANA name; default: the reader's own. An unknown name counts as UTC
 * @example localTime("2026-11-25T17:32:08Z", "Europe/Berlin"); // "25 Nov 2026, 18:32 GMT+1"
 */
export function localTime(iso: string, timeZone?: string): string {
  const parts = partsOf(iso, timeZone);
  if (parts === undefined) return iso;
  return `${dayWords(parts)}, ${parts.hour}:${parts.minute} ${parts.timeZoneName}`;
}

/**
 * Returns the hour and minute of a time.
 *
 * @param iso ISO 8601
 * @param timeZone as for {@link localTime}
 * @example clockTime("2026-11-25T17:32:08Z", "UTC"); // "17:32"
 */
export function clockTime(iso: string, timeZone?: string): string {
  const parts = partsOf(iso, timeZone);
  return parts === undefined ? iso : `${parts.hour}:${parts.minute}`;
}

/**
 * Returns the day of a time.
 *
 * @param iso ISO 8601
 * @param timeZone as for {@link localTime}
 * @example dayIn("2026-11-25T17:32:08Z", "UTC"); // "25 Nov 2026"
 */
export function dayIn(iso: string, timeZone?: string): string {
  const parts = partsOf(iso, timeZone);
  return parts === undefined ? iso : dayWords(parts);
}

function dayWords({ day, month, year }: Record<Part, string>): string {
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`;
}

type Part = "day" | "month" | "year" | "hour" | "minute" | "timeZoneName";

function partsOf(iso: string, timeZone: string | undefined): Record<Part, string> | undefined {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return undefined;
  const parts = formatOf(timeZone ?? "").formatToParts(time);
  return Object.fromEntries(parts.map(({ type, value }) => [type, value])) as Record<Part, string>;
}

/** Making a format takes longer than using it many times. A page uses two: its reader's and UTC. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone) ?? newFormat(timeZone);
  if (formats.size < 10) formats.set(timeZone, known);
  return known;
}

function newFormat(timeZone: string): Intl.DateTimeFormat {
  const options = {
    day: "numeric",
    month: "numeric",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  } as const;
  try {
    return new Intl.DateTimeFormat("en-GB", timeZone === "" ? options : { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
  }
}
