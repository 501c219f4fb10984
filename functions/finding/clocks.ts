import { SEVERITY_LABELS, severityLabel, type SeverityLabel } from "../../contract/severity.ts";
import type { Patch } from "../compliance/patch.ts";
import { noncompliantSince } from "../compliance/status-since.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import { isWorse } from "../compliance/severity.ts";
import { isoInstant } from "../runtime/time.ts";
import type { LevelClocks, PatchClocks, Remembered } from "./remembered.ts";

/**
 * Returns the clocks of the severities. A clock starts with the first operation that found a patch of the severity
 * missing. It runs until an operation finds none, whichever patches they are. It runs on if the data does not tell.
 */
export function levelClocks(judged: RatedJudgement, stored: Remembered | undefined): LevelClocks {
  const { lacks, unreadFrom } = judged.severity;
  const running = runningClocks(stored);
  const isUnread = (label: SeverityLabel) => unreadFrom !== undefined && !isWorse(label, unreadFrom);
  // A sweep compares without rows: the clocks stay as they are.
  if (lacks === undefined) return running;
  const starts = { ...running, ...firstClocks(running, stored) };
  const since = noncompliantSince(judged);
  const { readAt } = judged.evidence;
  return Object.fromEntries(
    SEVERITY_LABELS.flatMap((label) => {
      const start = starts[label];
      if (lacks.includes(label)) return [[label, start !== undefined && start <= readAt ? start : since] as const];
      return start !== undefined && isUnread(label) ? [[label, start] as const] : [];
    }),
  );
}

function runningClocks(stored: Remembered | undefined): LevelClocks {
  return hasEnded(stored) ? {} : (stored?.levelsSince ?? {});
}

/** A finding that was closed by proof ended its clocks. One whose node was removed did not: no patch was installed. */
function hasEnded(stored: Remembered | undefined): boolean {
  return stored?.closed === true && stored.removed === undefined;
}

/**
 * Findings of version 0.2.0 and earlier have no clocks. Their age is all that is known, so it is the age of the severity
 * that they show.
 */
function firstClocks(running: LevelClocks, stored: Remembered | undefined): LevelClocks {
  if (stored === undefined || stored.closed || Object.keys(running).length > 0) return {};
  const label = severityLabel(stored.severity);
  const since = isoInstant(Date.parse(stored.openSince ?? ""));
  return label === undefined || since === undefined ? {} : { [label]: since };
}

/** Returns the clocks of the listed patches. Without a list they stay as they are. */
export function patchClocks(judged: RatedJudgement, stored: Remembered | undefined): PatchClocks {
  const patches = judged.evidence.sources[judged.severity.source]?.patches;
  const known = hasEnded(stored) ? new Map<string, string>() : (stored?.patchesSince ?? new Map<string, string>());
  if (patches === undefined || judged.severity.lacks === undefined) return known;
  const today = noncompliantSince(judged).slice(0, 10);
  const since = ({ id }: Patch): string => {
    const start = known.get(id);
    return start !== undefined && start <= judged.evidence.readAt ? start : today;
  };
  return new Map(patches.worst.map((patch) => [patch.id, since(patch)]));
}
