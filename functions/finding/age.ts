import type { Remembered } from "./remembered.ts";

const OVERDUE_MS = 30 * 24 * 60 * 60_000;

export interface Age {
  /** ISO 8601: since when the finding has been open without a break. */
  readonly openSince: string;
  /** True once it has been open for 30 days. */
  readonly overdue: boolean;
}

/**
 * Returns the age of an open finding at the time of this reading.
 *
 * @param began ISO 8601: when a finding begins that opens or reopens now
 */
export function ageOf(readAt: string, began: string, remembered: Remembered | undefined): Age {
  const openSince = openSinceOf(began, remembered);
  return { openSince, overdue: Date.parse(readAt) - Date.parse(openSince) >= OVERDUE_MS };
}

function openSinceOf(began: string, remembered: Remembered | undefined): string {
  if (remembered === undefined || remembered.closed) return began;
  const { openSince } = remembered;
  return openSince === undefined || Number.isNaN(Date.parse(openSince)) ? began : openSince;
}
