import { DEFAULT_POLICIES, type Policies } from "../../contract/policies.ts";
import { FINDING_KINDS } from "../../contract/generators.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import { decide } from "./decide.ts";
import type { Plan, Records } from "./destination.ts";

/**
 * Compares the findings that a node should have with those that the destination has.
 *
 * @returns one plan for the finding about compliance, and one for the blind spot if there is something to say
 * @example
 * const plans = reconcile(judged, await destination.recall([judged.evidence.nodeId]));
 */
export function reconcile(
  judged: RatedJudgement,
  records: Pick<Records, "about">,
  policies: Policies = DEFAULT_POLICIES,
): Plan[] {
  return FINDING_KINDS.flatMap((kind) => {
    const { id, remembered, contentHash } = records.about(judged, kind);
    const intent = decide(kind, judged, remembered, contentHash, policies);
    return intent === undefined ? [] : [{ id, intent, judged }];
  });
}
