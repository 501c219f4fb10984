const LAST_YEAR = 2099;
/** Everything in the earliest hour of a year that can be left out at the end: EventBridge compares beginnings. */
const SMALLEST_END = /(?:(?:-01)?-01)?T00$/;

/** Texts of the form `2026-12-01T06` hold a digit at these places. The first two digits of the year are fixed. */
const DIGITS = [2, 3, 5, 6, 8, 9, 11, 12];

/**
 * Returns how all times from a full hour to the end of 2099 begin, in ISO 8601 and UTC. EventBridge compares texts, not
 * times. In this form a later time is a greater text, so it has a greater digit at the first place that differs.
 *
 * @param hour from `2000-01-01T00` to `2099-12-31T23`
 * @example
 * hoursFrom("2098-12-31T22"); // ["2099", "2098-12-31T23", "2098-12-31T22"]
 */
export function hoursFrom(hour: string): string[] {
  const first = hour.replace(SMALLEST_END, "");
  const places = DIGITS.filter((place) => place < first.length);
  const greater = places.flatMap((place) => {
    const digit = Number(hour[place]);
    const greatest = greatestDigit(hour, place);
    return Array.from(
      { length: Math.max(0, greatest - digit) },
      (_, more) => `${hour.slice(0, place)}${digit + more + 1}`,
    );
  });
  return [...greater, first];
}

/** The greatest digit at a place of a date or an hour, after the digits before it. */
function greatestDigit(hour: string, place: number): number {
  const before = hour[place - 1];
  switch (place) {
    case 5: // Tens of the month
      return 1;
    case 6:
      return before === "1" ? 2 : 9;
    case 8: // Tens of the day
      return 3;
    case 9:
      return before === "3" ? 1 : 9;
    case 11: // Tens of the hour
      return 2;
    case 12:
      return before === "2" ? 3 : 9;
    default: // The last two digits of the year
      return LAST_YEAR % 10;
  }
}
