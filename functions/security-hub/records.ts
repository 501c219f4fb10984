import type { Plan, Records } from "../finding/destination.ts";
import { encode, findStored } from "./asff/asff.ts";
import { contentHash } from "./asff/content-hash.ts";
import { findingId, productArn, type FindingScope } from "./asff/finding-identity.ts";
import { nodeOfOwnFinding, type ImportableFinding, type StoredFinding } from "./asff/stored-finding.ts";
import { sendTwice } from "./import-findings.ts";
import type { SecurityHub } from "./security-hub.ts";
import { mayChangeStatus, writtenFinding } from "./written-findings.ts";
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
  const before = ({ intent: { nodeId, kind } }: Plan) => findStored(stored, scope, nodeId, kind).own;
  const finding = (plan: Plan): ImportableFinding[] => {
    const encoded = encode(plan.intent, plan.judged, before(plan), scope);
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
      const changing = plans.filter((plan) => mayChangeStatus(plan, before(plan)));
      // Security Hub resets the status when an import opens a finding.
      const reopened = plans.filter(({ intent }) => intent.action === "reopen");
      const moved = new Set([...changing, ...reopened].map(({ id }) => id));
      const own = stored.filter((one) => nodeOfOwnFinding(one, scope) !== undefined);
      const unset = await settleWorkflow(
        productArn(scope),
        // An earlier attempt may have written a finding and failed before it set the status.
        own.filter(({ Id = "" }) => !moved.has(Id)),
        changing
          .filter(({ id }) => !failed.has(id))
          .map((plan) => writtenFinding(plan, finding(plan)[0]?.UpdatedAt ?? "")),
        ports,
      );
      return unset.map(({ message }) => `workflow status not set yet: ${message}`);
    },
  };
}
