import type { RatedJudgement } from "./node-severity.ts";
import { endTime } from "./sources.ts";

const HOUR_MS = 60 * 60_000;

/**
 * Returns since when the node has been noncompliant, as far as its data tells: the end of the operation that the finding
 * shows. The reading time would differ between two executions that read the node before either of them has published.
 *
 * @returns ISO 8601, at most the reading time
 */
export function noncompliantSince({ evidence, severity }: RatedJudgement): string {
  const shown = evidence.sources[severity.source];
  return known(evidence.readAt, shown === undefined ? 0 : endTime(shown));
}

/** Returns since when the patch status has been unknown: the last operation, or else the registration. */
export function unknownSince({ evidence: { readAt, endedAt, registeredAt } }: RatedJudgement): string {
  return known(readAt, Date.parse(endedAt ?? registeredAt ?? ""));
}

/** Returns the time, or the hour of the reading if it is unknown or later: other readings share that hour. */
function known(readAt: string, time: number): string {
  const read = Date.parse(readAt);
  return new Date(time > 0 && time <= read ? time : read - (read % HOUR_MS)).toISOString();
}
