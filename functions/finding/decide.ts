import type { FindingKind } from "../../contract/generators.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import { DEFAULT_POLICIES, type Policies } from "../../contract/policies.ts";
import { changeIdOf } from "./change-id.ts";
import { decideBlindSpot } from "./decide-blind-spot.ts";
import { decideCompliance } from "./decide-compliance.ts";
import { decideRemoved, forgetAbsence, staysRemoved } from "./decide-removed.ts";
import { unchanged, type Decision, type Intent } from "./intent.ts";
import type { Foreign, Remembered } from "./remembered.ts";

/**
 * Decides what to do about one finding of a node.
 *
 * @param stored what the destination has under the finding's Id; only the program's own findings are ever written
 * @param contentHash of what the destination would show of this judgement
 * @param policies deadlines, exceptions and what an overdue finding means
 * @returns undefined if there is nothing to say
 * @example
 * decide("compliance", judged, undefined, hash); // { action: "open", reason: "HIGH: ...", ... }
 */
export function decide(
  kind: FindingKind,
  judged: RatedJudgement,
  stored: Remembered | Foreign | undefined,
  contentHash: string,
  policies: Policies = DEFAULT_POLICIES,
): Intent | undefined {
  const decision =
    stored !== undefined && "foreign" in stored
      ? unchanged(`the finding with this Id does not belong to this stack: its generator is ${stored.generator}`)
      : decideOwn(kind, judged, stored, contentHash, policies);
  if (decision === undefined) return undefined;
  const { nodeId, endedAt } = judged.evidence;
  if (decision.action === "unchanged") return { nodeId, kind, ...decision };
  const remembered = stored !== undefined && "foreign" in stored ? undefined : stored;
  return { nodeId, kind, ...decision, changeId: changeIdOf(nodeId, kind, decision, endedAt, remembered) };
}

function decideOwn(
  kind: FindingKind,
  judged: RatedJudgement,
  stored: Remembered | undefined,
  contentHash: string,
  policies: Policies,
): Decision | undefined {
  const decided =
    staysRemoved(judged, stored) ?? (judged.removed && decideRemoved(kind, judged, judged.removed, stored));
  if (decided !== undefined) return decided;
  const decision =
    kind === "compliance" ? decideCompliance(judged, stored, contentHash, policies) : decideBlindSpot(judged, stored);
  // Summaries may lag behind, so they close nothing.
  if (judged.summarized === true && provesCompliance(decision)) return READ_IN_FULL;
  return decision === undefined || decision.action === "unchanged"
    ? (forgetAbsence(judged, stored) ?? decision)
    : decision;
}

/** Returns whether a decision rests on data that has nothing noncompliant. */
function provesCompliance(decision: Decision | undefined): boolean {
  if (decision === undefined || decision.action === "unchanged") return false;
  return decision.content.shows === "compliance" || decision.content.shows === "report";
}

const READ_IN_FULL: Decision = {
  action: "unchanged",
  reason: "no noncompliant item in the summaries; the finding closes if the items themselves have none",
  readInFull: true,
};
