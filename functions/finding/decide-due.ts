import type { Policies } from "../../contract/policies.ts";
import { SEVERITY_LABELS } from "../../contract/severity.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import { unchanged, type Decision } from "./intent.ts";
import { lifeOf } from "./life.ts";
import type { Remembered } from "./remembered.ts";

/**
 * Decides about a finding whose node was not judged again. Time passes for it too: it becomes due soon, and overdue.
 *
 * @param reason why the node's data changes nothing
 */
export function decideDue(
  reason: string,
  judged: RatedJudgement,
  stored: Remembered | undefined,
  policies: Policies,
): Decision {
  if (stored === undefined || stored.closed) return unchanged(reason);
  const { severity, ratedSeverity = severity } = stored;
  const label = SEVERITY_LABELS.find((known) => known === ratedSeverity);
  if (label === undefined) return unchanged(reason);
  const asStored = { ...judged, severity: { label, original: label, reason: "", source: 0 } };
  const life = lifeOf(asStored, stored, policies);
  if (life.due === undefined || life.due === stored.due) return unchanged(reason);
  return {
    action: "update",
    change: life.due === "overdue" ? "overdue" : "refreshed",
    reason: `due ${life.dueDate}: ${life.dueReason}`,
    content: { shows: "due", life },
  };
}
