import type { BlindSpot } from "../compliance/blind-spot.ts";
import type { Accepted } from "../../contract/changes.ts";
import type { DueState } from "../../contract/due.ts";
import type { SeverityLabel } from "../../contract/severity.ts";
import type { Removed } from "../work/node-reference.ts";

/** Since when, in ISO 8601, a node has lacked patches of each severity. A severity that it does not lack has no clock. */
export type LevelClocks = Readonly<Partial<Record<SeverityLabel, string>>>;

/** Since which day (YYYY-MM-DD) a node has lacked each listed patch, by id. */
export type PatchClocks = ReadonlyMap<string, string>;

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
  readonly severity?: string;
  /** The severity before it was raised because the finding was overdue. */
  readonly ratedSeverity?: string;
  readonly peakSeverity?: SeverityLabel;
  readonly levelsSince?: LevelClocks;
  readonly patchesSince?: PatchClocks;
  readonly dueDate?: string;
  readonly dueReason?: string;
  readonly due?: DueState;
  /** Whether exceptions accept all or some of the patches. */
  readonly accepted?: Accepted;
  /** When the first exception ends. */
  readonly acceptedUntil?: string;
  /** Keys of these exceptions. */
  readonly acceptedBy?: readonly string[];
  /** Hash of the policies that judged it. */
  readonly rules?: string;
  readonly changeId?: string;
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

/** What a closed finding keeps of its life: consumers of events filter by it. */
export interface Ended {
  readonly openSince?: string;
  readonly peakSeverity?: SeverityLabel;
}

/** Returns what a finding keeps of its life when it closes. */
export function endedOf({ openSince, peakSeverity }: Remembered): Ended {
  return { ...(openSince !== undefined && { openSince }), ...(peakSeverity && { peakSeverity }) };
}

/** Security Hub deletes active findings that were not updated for 90 days. */
const KEEP_ALIVE_MS = 30 * 24 * 60 * 60_000;
export const KEPT_ALIVE = "refreshed, so that Security Hub does not delete it";

/** Returns whether the finding was last written at least this long before the reading. */
export function isStale(readAt: string, { updatedAt }: Remembered, milliseconds = KEEP_ALIVE_MS): boolean {
  return Date.parse(readAt) - Date.parse(updatedAt ?? "") >= milliseconds;
}
