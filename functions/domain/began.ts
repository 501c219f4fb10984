import type { RatedJudgement } from "./choose-severity.ts";
import { endTime } from "./sources.ts";

/**
 * Since when the node has been noncompliant, as far as its data tells: the end of the operation that the finding shows.
 * Data and not the time of reading, because two executions can read a node before either of them has published.
 *
 * @returns ISO 8601, at most the reading time; the reading time if no time is known
 */
export function noncompliantSince({ evidence, severity }: RatedJudgement): string {
  const shown = evidence.sources[severity.source];
  return atMost(evidence.readAt, shown === undefined ? 0 : endTime(shown));
}

/** Since when nothing has been known of a node: its last operation, else its registration, else its run. */
export function unknownSince({ evidence: { readAt, endedAt, registeredAt, run } }: RatedJudgement): string {
  return atMost(readAt, Date.parse(endedAt ?? registeredAt ?? run?.notBefore ?? ""));
}

function atMost(readAt: string, time: number): string {
  return time > 0 ? new Date(Math.min(time, Date.parse(readAt))).toISOString() : readAt;
}
