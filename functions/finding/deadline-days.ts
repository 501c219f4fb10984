import type { DaysBySeverity, Policies } from "../../contract/policies.ts";
import { SEVERITY_LABELS } from "../../contract/severity.ts";
import { meets } from "../compliance/node-conditions.ts";
import { nodeFacts } from "../compliance/node-facts.ts";
import type { Evidence } from "../compliance/verdict.ts";

/** Returns the days within which patches of each severity must be installed on a node. */
export function deadlineDays(policies: Policies, evidence: Evidence): DaysBySeverity {
  const { patchWithinDays, deadlineRules } = policies;
  if (deadlineRules.length === 0) return patchWithinDays;
  const isMet = meets(policies);
  const node = nodeFacts(evidence);
  const rules = deadlineRules.filter(({ nodes }) => isMet(nodes, node));
  return Object.fromEntries(
    SEVERITY_LABELS.flatMap((label) => {
      const own = rules.find(({ days }) => days[label] !== undefined)?.days[label];
      const within = own === undefined ? patchWithinDays[label] : own;
      return within === undefined || within === null ? [] : [[label, within] as const];
    }),
  );
}
