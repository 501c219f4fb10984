import { isClosed, type StoredFinding } from "./stored-finding.ts";

/** ProductFields key: since when the finding has been open, without a break. ISO 8601. */
export const OPEN_SINCE = "PatchFindings/OpenSince";
/** ProductFields key: `true` once it has been open for too long. Filters cannot compare ages, so the finding says it. */
export const OVERDUE = "PatchFindings/Overdue";

const OVERDUE_MS = 30 * 24 * 60 * 60_000;

/**
 * What an open finding says about its age, at the time of this reading.
 *
 * @param began ISO 8601: when a finding begins that opens or reopens now
 */
export function ageFields(readAt: string, began: string, stored: StoredFinding | undefined): Record<string, string> {
  const since = openSince(began, stored);
  const overdue = Date.parse(readAt) - Date.parse(since) >= OVERDUE_MS;
  return { [OPEN_SINCE]: since, ...(overdue && { [OVERDUE]: "true" }) };
}

function openSince(began: string, stored: StoredFinding | undefined): string {
  if (stored === undefined || isClosed(stored)) return began;
  const known = stored.ProductFields?.[OPEN_SINCE] ?? stored.FirstObservedAt;
  return known === undefined || Number.isNaN(Date.parse(known)) ? began : known;
}
