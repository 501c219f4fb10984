import type { Remembered } from "./remembered.ts";

/**
 * Returns since when a finding has been open without a break, as ISO 8601.
 *
 * @param began ISO 8601: when a finding begins that opens or reopens now
 */
export function openSinceOf(began: string, remembered: Remembered | undefined): string {
  if (remembered === undefined || remembered.closed) return began;
  const { openSince } = remembered;
  return openSince === undefined || Number.isNaN(Date.parse(openSince)) ? began : openSince;
}
