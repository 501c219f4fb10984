import { FINDING_KINDS, type FindingKind } from "../../contract/generators.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import { contentHash } from "../security-hub/asff/content-hash.ts";
import { encode, findStored } from "../security-hub/asff/asff.ts";
import type { Change } from "./change.ts";
import { decide } from "./decide.ts";
import type { FindingScope } from "../security-hub/asff/finding-identity.ts";
import type { StoredFinding } from "../security-hub/asff/stored-finding.ts";

/**
 * Compares the findings that a node should have with those that Security Hub has: decodes, decides and encodes.
 *
 * @param stored findings of any kind and origin; only this deployment's own are ever written
 * @returns one change for the finding about compliance, and one for the blind spot if there is something to say
 */
export function reconcile(judged: RatedJudgement, stored: readonly StoredFinding[], scope: FindingScope): Change[] {
  return FINDING_KINDS.flatMap((kind) => changeOf(kind, judged, stored, scope) ?? []);
}

function changeOf(
  kind: FindingKind,
  judged: RatedJudgement,
  all: readonly StoredFinding[],
  scope: FindingScope,
): Change | undefined {
  const { nodeId } = judged.evidence;
  const { own, remembered } = findStored(all, scope, nodeId, kind);
  const intent = decide(kind, judged, remembered, contentHash(judged, scope));
  if (intent === undefined) return undefined;
  const finding = encode(intent, judged, own, scope);
  const { action, reason } = intent;
  return { nodeId, action, reason, ...(finding && { finding }), ...(kind === "blindSpot" && { kind }) };
}
