import type { Plan, Records } from "../finding/destination.ts";
import { encode, findStored } from "./asff/asff.ts";
import { contentHash } from "./asff/content-hash.ts";
import { findingId, productArn, type FindingScope } from "./asff/finding-identity.ts";
import { nodeOfOwnFinding, type ImportableFinding, type StoredFinding } from "./asff/stored-finding.ts";
import { sendTwice } from "./import-findings.ts";
import type { SecurityHub } from "./security-hub.ts";
import { settleWorkflow, type WorkflowPorts } from "./settle-workflow.ts";

/** The services that writing findings needs. */
export interface RecordsPorts extends WorkflowPorts {
  readonly hub: WorkflowPorts["hub"] & Pick<SecurityHub, "importFindings">;
  readonly scope: FindingScope;
}

/**
 * Returns the findings about some nodes.
 *
 * @param stored what Security Hub holds about these nodes, of any origin; only this deployment's own is ever written
 */
export function recordsOf(stored: readonly StoredFinding[], ports: RecordsPorts): Records {
  const { hub, scope } = ports;
  const finding = ({ intent, judged }: Plan): ImportableFinding[] => {
    const { own } = findStored(stored, scope, intent.nodeId, intent.kind);
    const encoded = encode(intent, judged, own, scope);
    return encoded === undefined ? [] : [encoded];
  };
  return {
    about: (judged, kind) => {
      const { nodeId } = judged.evidence;
      const { remembered } = findStored(stored, scope, nodeId, kind);
      return { id: findingId(scope, nodeId, kind), remembered, contentHash: contentHash(judged, scope) };
    },
    write: (plans, accepted) =>
      sendTwice(plans.flatMap(finding), (findings, accept) => hub.importFindings(findings, accept), accepted),
    settle: async (plans, failed) => {
      const idsOf = (action: "close" | "reopen") =>
        plans.flatMap(({ id, intent }) => (intent.action === action ? [id] : []));
      // Security Hub resets the status when an import opens a finding.
      const moved = new Set([...idsOf("close"), ...idsOf("reopen")]);
      const own = stored.filter((finding) => nodeOfOwnFinding(finding, scope) !== undefined);
      const unset = await settleWorkflow(
        productArn(scope),
        // An earlier attempt may have closed a finding and failed before it set the status.
        own.filter(({ Id = "" }) => !moved.has(Id)),
        idsOf("close").filter((id) => !failed.has(id)),
        ports,
      );
      return unset.map(({ message }) => `workflow status not set yet: ${message}`);
    },
  };
}
