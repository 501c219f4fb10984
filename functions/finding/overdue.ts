import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import { isClosed, type StoredFinding } from "./stored-finding.ts";

const OVERDUE_MS = 30 * 24 * 60 * 60_000;

/**
 * What an open finding says about its age, at the time of this reading.
 *
 * @param began ISO 8601: when a finding begins that opens or reopens now
 */
export function ageFields(readAt: string, began: string, stored: StoredFinding | undefined): Record<string, string> {
  const since = openSince(began, stored);
  const overdue = Date.parse(readAt) - Date.parse(since) >= OVERDUE_MS;
  return { [PRODUCT_FIELDS.openSince]: since, ...(overdue && { [PRODUCT_FIELDS.overdue]: "true" }) };
}

function openSince(began: string, stored: StoredFinding | undefined): string {
  if (stored === undefined || isClosed(stored)) return began;
  const known = stored.ProductFields?.[PRODUCT_FIELDS.openSince] ?? stored.FirstObservedAt;
  return known === undefined || Number.isNaN(Date.parse(known)) ? began : known;
}
