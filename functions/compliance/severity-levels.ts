import { SEVERITY_LABELS, type SeverityLabel } from "../../contract/severity.ts";
import { platformOf } from "./platform.ts";
import { noncompliantCount, type SourceReading } from "./reading.ts";
import { isWorse, rate, rateWithoutPatches, type ApplicableRules } from "./severity.ts";
import type { Evidence } from "./verdict.ts";

/** The severities of which a node lacks patches. Each list is worst first. */
export interface Levels {
  readonly lacks: readonly SeverityLabel[];
  /** Those of which exceptions accept every patch. */
  readonly accepted?: readonly SeverityLabel[];
  /** From this severity down, the data does not tell whether other patches are missing. */
  readonly unreadFrom?: SeverityLabel;
}

interface SourceLevels {
  /** The severities that count. */
  readonly counting: readonly SeverityLabel[];
  readonly accepted: readonly SeverityLabel[];
  readonly unreadFrom?: SeverityLabel;
}

/** Returns whether exceptions accept everything that a source reports against the node. */
export function acceptedWholly({ patches, counts }: SourceReading, { acceptedBy }: Evidence): boolean {
  if (acceptedBy !== undefined) return true;
  const accepted = patches?.accepted?.count ?? 0;
  return accepted > 0 && accepted === patches?.total && noncompliantCount(counts) <= accepted;
}

/** Returns the severity of a source as a whole, and whether Systems Manager itself states one for the node. */
export function reportedSeverity({ nonCompliantSeverity, counts }: SourceReading) {
  const reported = rateWithoutPatches(nonCompliantSeverity, counts.criticalNonCompliant ?? 0);
  return { reported, isStated: nonCompliantSeverity !== undefined && reported.original !== "UNSPECIFIED" };
}

/**
 * Returns the severities of which a source reports patches. Rows tell all of them. A severity that Systems Manager reports
 * for the node is the worst; it does not tell whether milder patches are missing.
 */
export function levelsOf(source: SourceReading, evidence: Evidence, rules: ApplicableRules): SourceLevels {
  const { counts, patches } = source;
  const { reported, isStated } = reportedSeverity(source);
  const isAccepted = acceptedWholly(source, evidence);
  if (patches === undefined || patches.kinds.length === 0) {
    const unreadFrom = isStated ? reported.label : SEVERITY_LABELS[0];
    return isAccepted
      ? { counting: [], accepted: [reported.label], unreadFrom }
      : { counting: [reported.label], accepted: [], unreadFrom };
  }
  const platform = platformOf(evidence, source);
  const labels = patches.kinds.map((kind) => ({
    label: rate(kind, platform, rules).label,
    accepted: isAccepted || kind.accepted === true,
  }));
  const own = isStated ? [reported.label] : [];
  // The reported severity may be that of an accepted patch. Then it does not count, but its clock runs on.
  const isSure = patches.accepted === undefined && !isAccepted;
  const counting = labels.flatMap(({ label, accepted }) => (accepted ? [] : [label]));
  return {
    // The finding shows the reported severity, so no worse one counts.
    counting: isSure ? [...own, ...counting.filter((label) => own.every((one) => !isWorse(label, one)))] : counting,
    accepted: [...labels.flatMap(({ label, accepted }) => (accepted ? [label] : [])), ...(isSure ? [] : own)],
    // The rows of some patches are missing.
    ...(patches.total < noncompliantCount(counts) && { unreadFrom: SEVERITY_LABELS[0] }),
  };
}

/** Merges the severities of all sources of a node. */
export function mergeLevels(all: readonly SourceLevels[]): Levels {
  const names = (key: "counting" | "accepted") => new Set(all.flatMap((levels) => levels[key]));
  const [counting, accepted] = [names("counting"), names("accepted")];
  const onlyAccepted = SEVERITY_LABELS.filter((label) => accepted.has(label) && !counting.has(label));
  const lacks = SEVERITY_LABELS.filter((label) => counting.has(label) || accepted.has(label));
  const unreadFrom = SEVERITY_LABELS.find((label) => all.some((levels) => levels.unreadFrom === label));
  return {
    lacks,
    ...(onlyAccepted.length > 0 && { accepted: onlyAccepted }),
    ...(unreadFrom && { unreadFrom }),
  };
}
