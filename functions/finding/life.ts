import type { DueState } from "../../contract/due.ts";
import type { Policies } from "../../contract/policies.ts";
import { SEVERITY_LABELS, type SeverityLabel } from "../../contract/severity.ts";
import { isWorse } from "../compliance/severity.ts";
import { noncompliantSince } from "../compliance/status-since.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import { openSinceOf } from "./age.ts";
import { levelClocks, patchClocks } from "./clocks.ts";
import { deadlineDays } from "./deadline-days.ts";
import { dueState, earliestDeadline, raised, type Deadline } from "./deadline.ts";
import type { LevelClocks, PatchClocks, Remembered } from "./remembered.ts";

/** What a finding remembers of its time, and what follows from it: the due date and the severity that it shows. */
export interface Life extends Partial<Deadline> {
  /** ISO 8601: since when the finding has been open without a break. */
  readonly openSince: string;
  readonly levelsSince: LevelClocks;
  readonly patchesSince: PatchClocks;
  readonly due?: DueState;
  readonly severity: SeverityLabel;
  /** The severity before it was raised because the finding is overdue. */
  readonly ratedSeverity?: SeverityLabel;
  /** The highest severity since the finding opened. */
  readonly peakSeverity: SeverityLabel;
}

/** Returns the life of an open finding about compliance at the time of this reading. */
export function lifeOf(judged: RatedJudgement, stored: Remembered | undefined, policies: Policies): Life {
  const { evidence, severity } = judged;
  const levelsSince = levelClocks(judged, stored);
  const deadline = deadlineOf(judged, stored, levelsSince, policies);
  const due = dueState(deadline?.dueDate, evidence.readAt);
  const isRaised = due === "overdue" && policies.overdueRaisesSeverity && severity.label !== "CRITICAL";
  const shown = isRaised ? raised(severity.label) : severity.label;
  return {
    openSince: openSinceOf(noncompliantSince(judged), stored),
    levelsSince,
    patchesSince: patchClocks(judged, stored),
    ...deadline,
    ...(due !== undefined && { due }),
    severity: shown,
    ...(isRaised && { ratedSeverity: severity.label }),
    peakSeverity: peakOf(shown, stored),
  };
}

function deadlineOf(
  judged: RatedJudgement,
  stored: Remembered | undefined,
  clocks: LevelClocks,
  policies: Policies,
): Deadline | undefined {
  const { lacks, accepted = [], unreadFrom, exceptions } = judged.severity;
  // Severities that the data does not tell are accepted too.
  if (exceptions?.accept === "all") return undefined;
  if (lacks !== undefined) {
    // A clock that runs on without a read patch is of such a severity.
    const unread = unreadFrom === undefined ? [] : SEVERITY_LABELS.filter((label) => !lacks.includes(label));
    const counting = [...lacks.filter((label) => !accepted.includes(label)), ...unread];
    return earliestDeadline(counting, clocks, deadlineDays(policies, judged.evidence));
  }
  // A sweep knows neither the rows nor the rule that set the date. Only time has passed.
  const { dueDate, dueReason = "" } = stored ?? {};
  return dueDate === undefined ? undefined : { dueDate, dueReason };
}

function peakOf(shown: SeverityLabel, stored: Remembered | undefined): SeverityLabel {
  const peak = stored?.closed === false ? stored.peakSeverity : undefined;
  return peak !== undefined && isWorse(peak, shown) ? peak : shown;
}
