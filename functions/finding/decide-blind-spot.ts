import { BLIND_SPOTS, type BlindSpot } from "../compliance/blind-spot.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import type { Change } from "../../contract/changes.ts";
import { unknownSince } from "../compliance/status-since.ts";
import { openSinceOf } from "./age.ts";
import { unchanged, type BlindSpotEnd, type Decision, type Write } from "./intent.ts";
import { endedOf, isStale, KEPT_ALIVE, laterBy, type Remembered } from "./remembered.ts";

const ENDS: Readonly<Record<BlindSpotEnd, string>> = {
  managed: "Systems Manager manages the instance now",
  stopped: "EC2 says that the instance was stopped",
  leftOut: "the settings leave the node out of blind spots",
};

/**
 * Decides about the blind spot finding of a node. It opens when the patch status becomes unknown. Only an operation that
 * ended later than the last known one closes it. A judgement of old data does not. One about an unmanaged instance also
 * closes when Systems Manager manages the instance, or when EC2 says that it was stopped.
 *
 * @returns undefined if there is nothing to say
 */
export function decideBlindSpot(judged: RatedJudgement, stored: Remembered | undefined): Decision | undefined {
  const { evidence, blindSpot } = judged;
  const later = laterBy(evidence.endedAt, stored);
  if (blindSpot !== undefined) return decideOpen(blindSpot, judged, later, stored);
  if (stored === undefined || stored.closed) return undefined;
  const reported = judged.status === "compliant" || judged.status === "noncompliant";
  const end = endOf(judged, stored);
  if (end !== undefined && !(reported && later > 0)) {
    return {
      action: "close",
      change: "closed",
      reason: ENDS[end],
      content: { shows: "blindSpotEnd", end, ended: endedOf(stored) },
    };
  }
  if (!reported || !(later > 0)) return unchanged("still a blind spot: no later patch operation is known");
  return {
    action: "close",
    change: "closed",
    reason: `the node reported again: a patch operation ended ${evidence.endedAt}`,
    content: { shows: "report", ended: endedOf(stored) },
  };
}

function endOf({ leftOut, listed, stopped }: RatedJudgement, stored: Remembered): BlindSpotEnd | undefined {
  if (stored.blindSpot === "unmanaged" && listed === true) return "managed";
  if (stored.blindSpot === "unmanaged" && stopped === true) return "stopped";
  return leftOut === true ? "leftOut" : undefined;
}

function decideOpen(
  blindSpot: BlindSpot,
  judged: RatedJudgement,
  later: number,
  stored: Remembered | undefined,
): Decision {
  const { readAt } = judged.evidence;
  const openSince = openSinceOf(unknownSince(judged), stored);
  const write = (action: Write, change: Change, reason = blindSpot.reason): Decision => ({
    action,
    change,
    reason,
    content: { shows: "blindSpot", blindSpot, openSince },
  });
  if (stored === undefined) return write("open", "opened");
  if (later < 0) return unchanged("the finding already shows a later operation");
  if (stored.closed) return write("reopen", "reopened");
  const isManagedNow = stored.blindSpot === "unmanaged" && judged.listed === true;
  if (isManagedNow || saysMore(blindSpot, stored)) return write("update", "refreshed");
  return isStale(readAt, stored)
    ? write("refresh", "refreshed", KEPT_ALIVE)
    : unchanged("still a blind spot, as before");
}

function saysMore({ kind }: BlindSpot, { blindSpot = "silent" }: Remembered): boolean {
  return BLIND_SPOTS.indexOf(kind) < BLIND_SPOTS.indexOf(blindSpot);
}
