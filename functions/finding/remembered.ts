import type { BlindSpot } from "../compliance/blind-spot.ts";
import type { Removed } from "../work/node-reference.ts";

/**
 * The facts of a stored finding that decisions need, in no particular format. A destination decodes them from its own
 * format. Times are ISO 8601 as they were stored, and may be unreadable.
 */
export interface Remembered {
  readonly closed: boolean;
  /** End of the patch operation that the finding shows. */
  readonly operationEnd?: string;
  /** When the finding was last written. */
  readonly updatedAt?: string;
  /** Since when the finding has been open without a break. */
  readonly openSince?: string;
  readonly overdue: boolean;
  readonly severity?: string;
  /** Hash of what the finding shows. */
  readonly contentHash?: string;
  /** Start of the first sweep that did not find the node. */
  readonly absentSince?: string;
  /** Why the finding was closed, if it was closed because its node was removed. */
  readonly removed?: Removed;
  /** Which blind spot the finding shows, if it is about one. */
  readonly blindSpot?: BlindSpot["kind"];
}

/** A finding with an Id of the program that the program did not write. */
export interface Foreign {
  readonly foreign: true;
  readonly generator: string;
}

/** Returns by how many milliseconds an operation ended later than the stored one; NaN if its end is unknown. */
export function laterBy(endedAt: string | undefined, remembered: Remembered | undefined): number {
  return Date.parse(endedAt ?? "") - (Date.parse(remembered?.operationEnd ?? "") || 0);
}

/** Security Hub deletes active findings that were not updated for 90 days. */
const KEEP_ALIVE_MS = 30 * 24 * 60 * 60_000;
export const KEPT_ALIVE = "refreshed, so that Security Hub does not delete it";

/** Returns whether the finding was last written at least this long before the reading. */
export function isStale(readAt: string, { updatedAt }: Remembered, milliseconds = KEEP_ALIVE_MS): boolean {
  return Date.parse(readAt) - Date.parse(updatedAt ?? "") >= milliseconds;
}
