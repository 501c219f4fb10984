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
  /** Severities of which the data does not tell whether a patch is missing. */
  readonly unread?: readonly SeverityLabel[];
}

interface SourceLevels {
  /** The severities that count. */
  readonly counting: readonly SeverityLabel[];
  readonly accepted: readonly SeverityLabel[];
  readonly unread: readonly SeverityLabel[];
}

/** Returns whether exceptions accept everything that a source reports against the node. */
export function acceptedWholly({ patches, counts }: SourceReading, { acceptedBy }: Evidence): boolean {
  if (acceptedBy !== undefined) return true;
  const accepted = patches?.accepted?.count ?? 0;
  return accepted > 0 && accepted === patches?.total && noncompliantCount(counts) <= accepted;
}

/**
 * Returns the severities of which a source reports patches. Rows tell all of them. A severity that Systems Manager reports
 * for the node is the worst; it does not tell whether milder patches are missing.
 */
export function levelsOf(source: SourceReading, evidence: Evidence, rules: ApplicableRules): SourceLevels {
  const { nonCompliantSeverity, counts, patches } = source;
  const reported = rateWithoutPatches(nonCompliantSeverity, counts.criticalNonCompliant ?? 0);
  const isAccepted = acceptedWholly(source, evidence);
  if (patches === undefined || patches.kinds.length === 0) {
    const isWorst = reported.original !== "UNSPECIFIED" && nonCompliantSeverity !== undefined;
    const unread = SEVERITY_LABELS.filter((label) => !isWorst || isWorse(reported.label, label));
    return isAccepted
      ? { counting: [], accepted: [reported.label], unread }
      : { counting: [reported.label], accepted: [], unread };
  }
  const platform = platformOf(evidence, source);
  const labels = patches.kinds.map((kind) => ({
    label: rate(kind, platform, rules).label,
    accepted: isAccepted || kind.accepted === true,
  }));
  const own = nonCompliantSeverity !== undefined && reported.original !== "UNSPECIFIED" ? [reported.label] : [];
  const counting = labels.flatMap(({ label, accepted }) => (accepted ? [] : [label]));
  return {
    // The reported severity may be that of an accepted patch.
    counting: patches.accepted === undefined && !isAccepted ? [...counting, ...own] : counting,
    accepted: labels.flatMap(({ label, accepted }) => (accepted ? [label] : [])),
    // The rows of some patches are missing.
    unread: patches.total < noncompliantCount(counts) ? SEVERITY_LABELS : [],
  };
}

/** Merges the severities of all sources of a node. */
export function mergeLevels(all: readonly SourceLevels[]): Levels {
  const names = (key: keyof SourceLevels) => new Set(all.flatMap((levels) => levels[key]));
  const [counting, accepted, unread] = [names("counting"), names("accepted"), names("unread")];
  const onlyAccepted = SEVERITY_LABELS.filter((label) => accepted.has(label) && !counting.has(label));
  const lacks = SEVERITY_LABELS.filter((label) => counting.has(label) || accepted.has(label));
  const open = SEVERITY_LABELS.filter((label) => unread.has(label) && !lacks.includes(label));
  return {
    lacks,
    ...(onlyAccepted.length > 0 && { accepted: onlyAccepted }),
    ...(open.length > 0 && { unread: open }),
  };
}
