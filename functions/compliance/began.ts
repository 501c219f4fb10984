import type { RatedJudgement } from "./node-severity.ts";
import { endTime } from "./sources.ts";

const HOUR_MS = 60 * 60_000;

/**
 * Since when the node has been noncompliant, as far as its data tells: the end of the operation that the finding shows.
 * Data and not the time of reading, because two executions can read a node before either of them has published.
 *
 * @returns ISO 8601, at most the reading time
 */
export function noncompliantSince({ evidence, severity }: RatedJudgement): string {
  const shown = evidence.sources[severity.source];
  return known(evidence.readAt, shown === undefined ? 0 : endTime(shown));
}

/** Since when nothing has been known of a node: its last operation, else its registration. */
export function unknownSince({ evidence: { readAt, endedAt, registeredAt } }: RatedJudgement): string {
  return known(readAt, Date.parse(endedAt ?? registeredAt ?? ""));
}

/** If no time is known, or it lies ahead of the reading: the hour of the reading, which other readings share. */
function known(readAt: string, time: number): string {
  const read = Date.parse(readAt);
  return new Date(time > 0 && time <= read ? time : read - (read % HOUR_MS)).toISOString();
}
