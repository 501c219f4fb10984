import type { Change } from "./change.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import { findingId, type FindingKind, type FindingScope } from "./finding-identity.ts";
import { GONE, type Gone } from "../work/node-reference.ts";
import { PROOF } from "./proof.ts";
import { isClosed, laterBy, resend, type StoredFinding } from "./stored-finding.ts";

export const GONE_FIELD = "PatchFindings/Gone";
/** When the first of the sweeps began that did not find the node. */
export const ABSENT_SINCE = "PatchFindings/AbsentSince";

const REASONS: Readonly<Record<Gone, string>> = {
  terminated: "the instance is terminated",
  absent: "two sweeps in a row found the node neither in Systems Manager nor in EC2",
};

/**
 * The findings of a node that is gone. A terminated instance never comes back. One that is absent may only be
 * unlisted for a while: its first absence is noted in the finding, and a later sweep closes it.
 */
export function reconcileGone(
  { evidence, sweep }: RatedJudgement,
  gone: Gone,
  stored: StoredFinding | undefined,
  scope: FindingScope,
  kind: FindingKind,
): Change | undefined {
  const { nodeId, readAt } = evidence;
  if (stored === undefined || isClosed(stored)) {
    return kind === "compliance"
      ? { nodeId, action: "unchanged", reason: `gone (${gone}), and there is no open finding` }
      : undefined;
  }
  // An event that claims a termination is no sweep, even if EC2 does not know the instance.
  if (gone === "absent" && sweep === undefined) {
    return {
      nodeId,
      action: "unchanged",
      reason: "EC2 does not know the instance; two sweeps must not find it either",
    };
  }
  const id = findingId(scope, nodeId, kind);
  const since = stored.ProductFields?.[ABSENT_SINCE];
  if (gone === "terminated" || (since !== undefined && sweep !== undefined && Date.parse(sweep) > Date.parse(since))) {
    return {
      nodeId,
      action: "close",
      reason: REASONS[gone],
      finding: resend(stored, id, readAt, closing(nodeId, readAt, gone, stored)),
    };
  }
  if (since !== undefined) return { nodeId, action: "unchanged", reason: "absent in this sweep; the next one decides" };
  return {
    nodeId,
    action: "update",
    reason: "absent for the first time; closed if the next sweep does not find the node either",
    finding: resend(stored, id, readAt, { fields: { [ABSENT_SINCE]: sweep } }),
  };
}

function closing(nodeId: string, readAt: string, gone: Gone, stored: StoredFinding) {
  const reason = `Managed node ${nodeId} is gone: ${REASONS[gone]}. It was closed without proof of compliance.`;
  return {
    Title: "Systems Manager Patch Summary - Managed Instance Gone",
    Description: reason,
    LastObservedAt: readAt,
    Compliance: {
      Status: "PASSED",
      StatusReasons: [{ ReasonCode: gone === "terminated" ? "NODE_TERMINATED" : "NODE_ABSENT", Description: reason }],
    },
    RecordState: "ARCHIVED",
    FindingProviderFields: {
      ...stored.FindingProviderFields,
      Severity: { Label: "INFORMATIONAL", Original: "GONE" },
    },
    fields: { [GONE_FIELD]: gone, [PROOF]: `Closed: ${REASONS[gone]} (read ${readAt}).` },
  };
}

/**
 * A finding closed because its node was gone stays closed on what Systems Manager still remembers. It is judged again
 * if the node shows that it exists: by EC2's answer, or by a ping after the finding was closed. If it was absent, being
 * listed again or a later operation is enough; the operation of a terminated instance may only have been heard of late.
 */
export function goneAlready(judged: RatedJudgement, stored: StoredFinding | undefined): Change | undefined {
  const gone = GONE.find((one) => one === stored?.ProductFields?.[GONE_FIELD]);
  if (gone === undefined || stored === undefined || !isClosed(stored) || judged.gone !== undefined) return undefined;
  const { nodeId, endedAt } = judged.evidence;
  const pinged = Date.parse(judged.pingedAt ?? "") > Date.parse(stored.UpdatedAt ?? "");
  const isBack = gone === "absent" && (judged.listed === true || laterBy(endedAt, stored) > 0);
  if (judged.exists === true || pinged || isBack) return undefined;
  return {
    nodeId,
    action: "unchanged",
    reason: `closed because ${REASONS[gone]}, and nothing newer speaks against it`,
  };
}

/** A node that shows again starts anew: only absences in a row count. One of which nothing is known does not show. */
export function forgetAbsence(judged: RatedJudgement, stored: StoredFinding | undefined): Change | undefined {
  if (stored?.Id === undefined || stored.ProductFields?.[ABSENT_SINCE] === undefined || isClosed(stored)) {
    return undefined;
  }
  if (judged.status === "unknown" && judged.listed !== true && judged.exists !== true) return undefined;
  const { nodeId, readAt } = judged.evidence;
  return {
    nodeId,
    action: "update",
    reason: "the node is no longer absent",
    finding: resend(stored, stored.Id, readAt, { fields: { [ABSENT_SINCE]: undefined } }),
  };
}
