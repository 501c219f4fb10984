import type { Change } from "./change.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import { findingId, FINDING_KINDS, productArn, type FindingKind, type FindingScope } from "./finding-identity.ts";
import { reconcileBlindSpot } from "./reconcile-blind-spot.ts";
import { reconcileCompliance } from "./reconcile-compliance.ts";
import { forgetAbsence, goneAlready, reconcileGone } from "./reconcile-removed.ts";
import { isOwnFinding, type StoredFinding } from "./stored-finding.ts";

/**
 * Compares what should be in Security Hub about one node with what is there.
 *
 * @param stored findings of any kind and origin; only this deployment's own are ever written
 * @returns one change for the finding about compliance, and one for the blind spot where there is something to say
 */
export function reconcile(judged: RatedJudgement, stored: readonly StoredFinding[], scope: FindingScope): Change[] {
  return FINDING_KINDS.flatMap((kind) => {
    const change = reconcileKind(kind, judged, stored, scope);
    return change === undefined ? [] : [{ ...change, ...(kind === "blindSpot" && { kind }) }];
  });
}

function reconcileKind(
  kind: FindingKind,
  judged: RatedJudgement,
  all: readonly StoredFinding[],
  scope: FindingScope,
): Change | undefined {
  const { nodeId } = judged.evidence;
  const stored = all.find((finding) => isOwnFinding(finding, scope, nodeId, kind));
  const foreign = all.find(
    ({ Id, ProductArn }) => Id === findingId(scope, nodeId, kind) && ProductArn === productArn(scope),
  );
  if (stored === undefined && foreign !== undefined) {
    const reason = `a finding with the Id of ours is not of this program: its generator is ${foreign.GeneratorId}`;
    return { nodeId, action: "unchanged", reason };
  }
  const passed =
    goneAlready(judged, stored) ?? (judged.gone && reconcileGone(judged, judged.gone, stored, scope, kind));
  if (passed !== undefined) return passed;
  const change = (kind === "compliance" ? reconcileCompliance : reconcileBlindSpot)(judged, stored, scope);
  return change === undefined || change.action === "unchanged" ? (forgetAbsence(judged, stored) ?? change) : change;
}
