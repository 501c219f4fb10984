import { ALWAYS_NONCOMPLIANT } from "../../contract/causes.ts";
import { severityLabel } from "../../contract/severity.ts";
import type { Policies } from "../../contract/policies.ts";
import { policiesHash } from "../compliance/severity.ts";
import type { RatedJudgement } from "../compliance/node-severity.ts";
import { withoutLeftOut } from "../compliance/left-out.ts";
import { noCauses } from "../compliance/patch-summary.ts";
import { countsAny, noncompliantCount, type SourceKind, type SourceReading } from "../compliance/reading.ts";
import { endTime, isOutdated } from "../compliance/sources.ts";
import { judge } from "../compliance/verdict.ts";
import { patchDocument, writesAssociation } from "../work/node-reference.ts";
import { isDueDaily, isDueWeekly, type SweepClock } from "../work/sweep-clock.ts";
import { decide } from "./decide.ts";
import type { Listed } from "./destination.ts";
import { laterBy } from "./remembered.ts";

/** A managed node as the lists of Systems Manager show it. */
export interface SweptNode {
  readonly nodeId: string;
  /** ISO 8601: when it became a managed node, if Systems Manager says so. */
  readonly registeredAt?: string;
  readonly platformName?: string;
  /** Its patch state, without patches. Absent if it has none. */
  readonly patch?: SourceReading;
  /** Positions in the policies' list of named tags: the tags that the node has. */
  readonly tagMatches?: readonly number[];
  /** The compliance types that Systems Manager summarizes as NON_COMPLIANT. */
  readonly noncompliant: ReadonlySet<string>;
}

/** The findings of a node that are open, or not settled. */
export interface NodeFindings {
  readonly compliance?: Listed;
  readonly blindSpot?: Listed;
  /** True if the workflow status of a closed finding is not RESOLVED yet. */
  readonly unresolved?: true;
}

export interface Comparison extends SweepClock {
  /** ISO 8601: when the node was read. */
  readonly readAt: string;
  readonly blindSpotDays: number;
  readonly policies: Policies;
  /** Default: none. */
  readonly platformsWithoutBlindSpots?: readonly string[];
}

/** Why a node must be checked. */
export interface Difference {
  readonly reason: string;
  /** True if there is no difference after all if the node has data of associations. */
  readonly unlessAssociations?: true;
}

/**
 * Compares a managed node with its findings: could an execution do anything but leave them as they are? In doubt, the
 * answer is yes. It uses the same rules as an execution, on what the lists show of the node.
 *
 * Lists do not show everything. A node whose finding they cannot vouch for is due once a day.
 *
 * @returns undefined if nothing differs
 * @example
 * compareNode({ nodeId, patch, noncompliant: new Set() }, {}, comparison); // undefined: compliant, and no finding
 */
export function compareNode(node: SweptNode, findings: NodeFindings, comparison: Comparison): Difference | undefined {
  const reason = obviousDifference(node, findings, comparison);
  return reason === undefined ? decidedDifference(node, findings, comparison) : { reason };
}

/** Returns whether the finding is about an association. Only compliant items of associations can close it. */
export function isOfAssociation({ source, document }: Pick<Listed, "source" | "document">): boolean {
  const ran = patchDocument(document);
  return source === "Association" || (ran !== undefined && writesAssociation(ran));
}

function obviousDifference(
  node: SweptNode,
  { compliance, blindSpot, unresolved }: NodeFindings,
  comparison: Comparison,
): string | undefined {
  if (unresolved === true) return "the workflow status of a closed finding is not set";
  if (isOpen(compliance)) {
    const { policies } = comparison;
    if (compliance.rules !== policiesHash(policies, node.tagMatches)) return "the policies or the node's tags changed";
    if (compliance.unsettled === true) return "the workflow status of the finding is not set";
    const changed = otherData(node, compliance, comparison);
    if (changed !== undefined) return changed;
  } else if (countsAny(node.patch?.counts ?? {}) || node.noncompliant.size > 0) {
    return "noncompliant, and no finding is open";
  }
  // An association or inventory may have reported.
  return isOpen(blindSpot) && isDueDaily(blindSpot.remembered.updatedAt, comparison)
    ? "the node of a blind spot may have reported"
    : undefined;
}

/** Compares an open finding with the data that it shows. */
function otherData(node: SweptNode, finding: Listed, comparison: Comparison): string | undefined {
  const { patch, noncompliant } = node;
  const { source, remembered, causes } = finding;
  const shown = shownPatch(node, finding);
  if (source === undefined) return "the finding does not say where its data is from";
  if (shown === undefined && source !== "Inventory" && !noncompliant.has(source)) {
    return `compliance type ${source} is no longer noncompliant`;
  }
  const later = shown === undefined ? NaN : laterBy(new Date(endTime(shown)).toISOString(), remembered);
  if (shown !== undefined && later >= 0 && countsDiffer(shown, causes)) return "the patch counts changed";
  const isOld = patch !== undefined && isOutdated(patch, comparison.readAt);
  const isCertain = later <= 0 && !isOld && !noncompliant.has("Association") && !isOfAssociation(finding);
  if (isCertain || !isDueDaily(remembered.updatedAt, comparison)) return undefined;
  return "the finding may show old data";
}

/** Returns the patch state if an execution would show it in the finding. No list has the data of an association. */
function shownPatch({ patch }: SweptNode, { source }: Listed): SourceReading | undefined {
  return source === "Association" ? undefined : patch;
}

function countsDiffer({ counts }: SourceReading, causes: Listed["causes"]): boolean {
  const { availableSecurityUpdate: available = 0 } = causes;
  return (
    ALWAYS_NONCOMPLIANT.some((cause) => (counts[cause] ?? 0) !== (causes[cause] ?? 0)) ||
    // The finding counts these only if the patch baseline calls them noncompliant.
    (available > 0 && available !== (counts.availableSecurityUpdate ?? 0))
  );
}

/** Judges and decides as an execution would. */
function decidedDifference(
  node: SweptNode,
  { compliance, blindSpot }: NodeFindings,
  comparison: Comparison,
): Difference | undefined {
  const { nodeId, registeredAt, platformName } = node;
  const { startedAt, readAt, blindSpotDays, platformsWithoutBlindSpots = [] } = comparison;
  const described = { ...(registeredAt && { registeredAt }), ...(platformName && { node: { platformName } }) };
  const known = { nodeId, readAt, listed: true as const, ...described };
  const sources = sourcesOf(node, compliance);
  const judgement = judge({ nodeId, attempts: 0, sweep: startedAt }, { ...known, sources }, blindSpotDays);
  const verdict = withoutLeftOut(judgement, platformsWithoutBlindSpots);
  if (!("evidence" in verdict)) return { reason: "the counts alone do not tell whether the node complies" };
  if (isOpen(compliance) && verdict.status === "compliant") return { reason: "compliant, and a finding is open" };
  const judged: RatedJudgement = { ...verdict, severity: severityOf(compliance) };
  const ofCompliance = decide("compliance", judged, compliance?.remembered, hashOf(compliance), comparison.policies);
  if (ofCompliance !== undefined && ofCompliance.action !== "unchanged") return { reason: ofCompliance.reason };
  const ofBlindSpot = decide("blindSpot", judged, blindSpot?.remembered, hashOf(blindSpot));
  if (ofBlindSpot === undefined || ofBlindSpot.action === "unchanged") return undefined;
  const isWeak = ofBlindSpot.action === "open" || ofBlindSpot.action === "reopen";
  return { reason: ofBlindSpot.reason, ...(isWeak && !isDueWeekly(comparison) && { unlessAssociations: true }) };
}

/** Returns the patch state, and what the open finding shows of other sources. */
function sourcesOf(node: SweptNode, compliance: Listed | undefined): SourceReading[] {
  const { patch, noncompliant } = node;
  const states = patch === undefined ? [] : [withRows(patch, noncompliant.has("Patch"))];
  if (!isOpen(compliance) || shownPatch(node, compliance) !== undefined) return states;
  const { operationEnd } = compliance.remembered;
  const kind: SourceKind = compliance.source ?? "Patch";
  const stored = withRows({ kind, counts: {}, ...(operationEnd !== undefined && { endedAt: operationEnd }) }, true);
  return [...states, stored];
}

/** Returns the source as if its rows had been read, and were as its counts. */
function withRows(source: SourceReading, noncompliant: boolean): SourceReading {
  const isNoncompliant = noncompliant || countsAny(source.counts);
  const total = isNoncompliant ? Math.max(1, noncompliantCount(source.counts)) : 0;
  return { ...source, countedFromRows: true, patches: { total, causes: noCauses(), kinds: [], worst: [], cves: 0 } };
}

function severityOf(finding: Listed | undefined): RatedJudgement["severity"] {
  const { severity, ratedSeverity = severity } = finding?.remembered ?? {};
  const label = severityLabel(ratedSeverity) ?? "INFORMATIONAL";
  return { label, original: label, reason: "", source: 0 };
}

function hashOf(finding: Listed | undefined): string {
  return finding?.remembered.contentHash ?? "";
}

function isOpen(finding: Listed | undefined): finding is Listed {
  return finding !== undefined && !finding.remembered.closed;
}
