/** Times as AWS tools print them (ISO 8601, or epoch seconds) and as the API transports them (epoch seconds). */

const LAST_SECOND_OF_9999 = 253_402_300_799;
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/**
 * Parses a time in any of these forms. Returns undefined if it is not a time or {@link meansNoTime}. A time without an
 * offset is UTC.
 */
export function parseTime(value: unknown): Date | undefined {
  return meansNoTime(value) ? undefined : timeOf(value);
}

/**
 * Tells whether a value is a time before 1970. Systems Manager sends year 1 (-62135596800) for an unknown time. The AWS
 * CLI prints that as 0001-01-01T00:00:00+00:00, or in the time zone's local mean time, such as
 * 0001-01-01T00:53:28+00:53:28.
 */
export function meansNoTime(value: unknown): boolean {
  if (typeof value === "number") return value < 0;
  if (typeof value !== "string" || value.length > 60) return false;
  const text = value.trim();
  if (/^-\d{1,12}(?:\.\d{1,9})?$/.test(text)) return Number(text) < 0;
  const day = /^(\d{4}-\d{2}-\d{2})(?:[T ][\d:.,]{5,18}\s?(?:Z|[+-][\d:]{2,8})?)?$/i.exec(text)?.[1];
  if (day !== undefined && Number(day.slice(0, 4)) < 1969) return isDay(day);
  return (timeOf(text)?.getTime() ?? 0) < 0;
}

function timeOf(value: unknown): Date | undefined {
  if (typeof value === "number") return fromEpochSeconds(value);
  if (typeof value !== "string" || value.length > 60) return undefined;
  const text = value.trim();
  if (/^\d{1,12}(?:\.\d{1,9})?$/.test(text)) return fromEpochSeconds(Number(text));
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, day = "", minutes = "00:00", seconds = ":00", fraction = "0", offset = "Z"] = match;
  // Date.parse reads 30 February as 2 March.
  if (!isDay(day)) return undefined;
  const time = new Date(`${day}T${minutes}${seconds}.${fraction.padEnd(3, "0").slice(0, 3)}${isoOffset(offset)}`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function isDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

function isoOffset(offset: string): string {
  if (offset.toUpperCase() === "Z") return "Z";
  return `${offset.slice(0, 3)}:${offset.slice(3).replace(":", "") || "00"}`;
}

function fromEpochSeconds(seconds: number): Date | undefined {
  return seconds >= 0 && seconds <= LAST_SECOND_OF_9999 ? new Date(Math.round(seconds * 1000)) : undefined;
}

/**
 * Returns a deep copy for the API. Dates become epoch seconds (a number with milliseconds), and undefined members are
 * removed.
 */
export function toWire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, toWire(member)]),
  );
}

/** Formats a time as ISO 8601 without fractions, as AWS does in texts. */
export function wholeSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
