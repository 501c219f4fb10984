import { isClosed, type StoredFinding } from "./stored-finding.ts";

/** ProductFields key: since when the finding has been open, without a break. ISO 8601. */
export const OPEN_SINCE = "PatchFindings/OpenSince";
/** ProductFields key: `true` once it has been open for too long. Filters cannot compare ages, so the finding says it. */
export const OVERDUE = "PatchFindings/Overdue";

const OVERDUE_MS = 30 * 24 * 60 * 60_000;

/** What an open finding says about its age, at the time of this reading. */
export function ageFields(readAt: string, stored: StoredFinding | undefined): Record<string, string> {
  const since = openSince(readAt, stored);
  const overdue = Date.parse(readAt) - Date.parse(since) >= OVERDUE_MS;
  return { [OPEN_SINCE]: since, ...(overdue && { [OVERDUE]: "true" }) };
}

function openSince(readAt: string, stored: StoredFinding | undefined): string {
  if (stored === undefined || isClosed(stored)) return readAt;
  const known = stored.ProductFields?.[OPEN_SINCE] ?? stored.FirstObservedAt;
  return known === undefined || Number.isNaN(Date.parse(known)) ? readAt : known;
}
