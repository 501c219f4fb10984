import { unknownSince } from "../compliance/began.ts";
import { BLIND_SPOTS } from "../compliance/blind-spot.ts";
import { closedBlindSpot, openBlindSpot, storedBlindSpot } from "./blind-spot-finding.ts";
import type { Change } from "./change.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import type { FindingScope } from "./finding-identity.ts";
import { HEARTBEAT_MS, isClosed, laterBy, timesOf, type StoredFinding } from "./stored-finding.ts";

/**
 * The finding that nobody knows whether the node complies: opened when that is so, closed by an operation that ended
 * later than all that was known. A judgement of old data is no report.
 *
 * @returns undefined where there is nothing to say
 */
export function reconcileBlindSpot(
  judged: RatedJudgement,
  stored: StoredFinding | undefined,
  scope: FindingScope,
): Change | undefined {
  const { evidence, blindSpot } = judged;
  const { nodeId, readAt, endedAt } = evidence;
  const times = timesOf(readAt, unknownSince(judged), stored);
  const later = laterBy(endedAt, stored);
  const unchanged = (reason: string): Change => ({ nodeId, action: "unchanged", reason });
  if (blindSpot === undefined) {
    if (stored === undefined || isClosed(stored)) return undefined;
    const reported = judged.status === "compliant" || judged.status === "noncompliant";
    if (!reported || !(later > 0)) return unchanged("a blind spot still: no later patch operation is known");
    return {
      nodeId,
      action: "close",
      reason: `the node reported again: a patch operation ended ${endedAt}`,
      finding: closedBlindSpot(judged, storedBlindSpot(stored), scope, times),
    };
  }
  const change = (action: Change["action"], reason: string): Change => ({
    nodeId,
    action,
    reason,
    finding: openBlindSpot(judged, blindSpot, scope, times),
  });
  if (stored === undefined) return change("open", blindSpot.reason);
  if (later < 0) return unchanged("the blind spot's finding already knows of a later operation");
  if (isClosed(stored)) return change("reopen", blindSpot.reason);
  const saysMore = BLIND_SPOTS.indexOf(blindSpot.kind) < BLIND_SPOTS.indexOf(storedBlindSpot(stored).kind);
  if (saysMore) return change("update", blindSpot.reason);
  const age = Date.parse(readAt) - Date.parse(stored.UpdatedAt ?? "");
  if (age >= HEARTBEAT_MS) return change("refresh", "kept alive, long before it would expire");
  return unchanged("a blind spot as before");
}
