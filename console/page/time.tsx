import {
  clockTime,
  dayIn,
  dayOf,
  localTime,
  relativeTime,
  timesInZone,
  utcTime,
} from "../../presentation/times/times.ts";
import { useClock, type Zone } from "./clock.ts";

interface TimeProps {
  /** ISO 8601. Any other text is shown as it is. */
  readonly iso: string;
  /** Whether the exact time is shown on a second line. Otherwise only a tooltip has it. */
  readonly exact?: boolean;
}

/**
 * Shows how long ago a time was, with the exact time in the reader's time zone.
 *
 * @example <Time iso={row.startDate} />
 */
export function Time({ iso, exact = false }: TimeProps) {
  const { now, zone } = useClock();
  const full = exactTime(iso, zone);
  return (
    <time dateTime={iso} title={full}>
      {relativeTime(iso, now)}
      {exact && <small>{full}</small>}
    </time>
  );
}

interface ClockTimeProps {
  readonly iso: string;
  /** The newest time of the list. Times of its day have no date. */
  readonly newest: string;
}

/** Shows the hour and minute of a time, with its date if it is of another day than the newest one. */
export function ClockTime({ iso, newest }: ClockTimeProps) {
  const { zone } = useClock();
  const [day, newestDay] = [iso, newest].map((each) => dayIn(each, timeZoneOf(zone)));
  return (
    <time dateTime={iso} title={exactTime(iso, zone)}>
      {day !== newestDay && `${day}, `}
      {clockTime(iso, timeZoneOf(zone))}
    </time>
  );
}

/**
 * Shows the day of a time in the reader's time zone, with the exact time as a tooltip. A day without a time stays.
 *
 * @example <Day iso={deadline.date} />
 */
export function Day({ iso }: { readonly iso: string }) {
  const { zone } = useClock();
  const day = dayOf(iso, timeZoneOf(zone));
  return (
    <time dateTime={iso} title={day === iso ? undefined : exactTime(iso, zone)}>
      {day}
    </time>
  );
}

/**
 * Shows a text of a finding. The ISO 8601 times in it are written in the reader's time zone.
 *
 * @example <ZonedText text={view.proof} />
 */
export function ZonedText({ text }: { readonly text: string }) {
  const { zone } = useClock();
  return <bdi>{timesInZone(text, timeZoneOf(zone))}</bdi>;
}

/** Returns a time with its date, in a time zone. For texts that no element can be part of, such as labels. */
export function exactTime(iso: string, zone: Zone): string {
  return zone === "UTC" ? utcTime(iso) : localTime(iso);
}

/** Returns the name that `Intl` knows. `undefined` is the browser's time zone. */
export function timeZoneOf(zone: Zone): string | undefined {
  return zone === "UTC" ? "UTC" : undefined;
}
