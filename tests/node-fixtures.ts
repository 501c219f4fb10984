/** Readings of nodes, and hostile strings, for the tests of functions/. */
import fc from "fast-check";
import type { RatedJudgement } from "../functions/domain/choose-severity.ts";
import type { FindingScope } from "../functions/domain/finding-identity.ts";
import type { NodeReference } from "../functions/domain/node-reference.ts";
import { noncompliantPackage, type Package, type PatchRow } from "../functions/domain/package.ts";
import { summarizePackages, type PackageSummary } from "../functions/domain/package-summary.ts";
import {
  PACKAGES_BUDGET,
  type NodeReading,
  type PatchCounts,
  type SourceReading,
} from "../functions/domain/reading.ts";
import { chooseSeverity } from "../functions/domain/choose-severity.ts";
import type { Judgement } from "../functions/domain/verdict.ts";

export const NODE = "i-02573cafcfEXAMPLE";
export const READ_AT = "2026-11-20T12:00:00.000Z";
export const SCOPE: FindingScope = {
  partition: "aws",
  region: "us-east-2",
  account: "111122223333",
  productName: "Systems Manager Patch Manager",
  companyName: "Personal",
  hybridResourceType: "Other",
};

/** The time so many minutes after the reading (before it, where negative). */
export function minutes(count: number, from = READ_AT): string {
  return new Date(Date.parse(from) + count * 60_000).toISOString();
}

export function days(count: number): string {
  return minutes(count * 24 * 60);
}

/** A node id of the length that AWS uses. */
export function nodeId(index: number, prefix = "i"): string {
  return `${prefix}-${index.toString(16).padStart(17, "0")}`;
}

export function reference(parts: Partial<NodeReference> = {}): NodeReference {
  return { nodeId: NODE, looks: 0, ...parts };
}

export function counts(parts: Partial<PatchCounts> = {}): PatchCounts {
  return {
    installed: 45,
    installedOther: 396,
    pendingReboot: 0,
    rejected: 0,
    missing: 0,
    failed: 0,
    availableSecurityUpdate: 0,
    criticalNonCompliant: 0,
    securityNonCompliant: 0,
    otherNonCompliant: 0,
    ...parts,
  };
}

/** A noncompliant row of compliance type Patch. */
export function row(parts: Partial<PatchRow> = {}): PatchRow {
  return {
    id: "KB5034441",
    title: "2024-01 Update",
    state: "Missing",
    status: "NON_COMPLIANT",
    level: "UNSPECIFIED",
    vendor: "",
    classification: "SecurityUpdates",
    ...parts,
  };
}

/** @throws where the row does not count against the node */
export function patch(parts: Partial<PatchRow> = {}): Package {
  const one = noncompliantPackage(row(parts));
  if (one === undefined) throw new Error(`the row is compliant: ${JSON.stringify(parts)}`);
  return one;
}

export function summary(...packages: Package[]): PackageSummary {
  return summarizePackages(packages, PACKAGES_BUDGET);
}

/** A compliant Patch source that ended an hour before the reading. */
export function source(parts: Partial<SourceReading> = {}): SourceReading {
  return {
    kind: "Patch",
    baselineId: "pb-0c10e65780EXAMPLE",
    operation: "Scan",
    startedAt: minutes(-61),
    endedAt: minutes(-60),
    rebootOption: "NoReboot",
    counts: counts(),
    ...parts,
  };
}

/** A Patch source with these noncompliant patches, whose counts fit. */
export function noncompliantSource(packages: readonly Package[] = [patch()], parts: Partial<SourceReading> = {}) {
  const packagesInBrief = summary(...packages);
  const { missing, failed, pendingReboot, rejected } = packagesInBrief.causes;
  return source({ counts: counts({ missing, failed, pendingReboot, rejected }), packages: packagesInBrief, ...parts });
}

export function reading(sources: readonly SourceReading[], parts: Partial<NodeReading> = {}): NodeReading {
  return { nodeId: NODE, readAt: READ_AT, sources, ...parts };
}

/** A judgement with its severity, as ChooseSeverity hands it on. */
export function rateJudgement(judgement: Judgement): RatedJudgement {
  return { ...judgement, severity: chooseSeverity(judgement.evidence, []) };
}

/** A judged and rated node, as Publish gets it. */
export function rated(
  sources: readonly SourceReading[] = [noncompliantSource()],
  status: Judgement["status"] = "noncompliant",
  parts: Partial<Judgement["evidence"]> = {},
): RatedJudgement {
  const evidence = { nodeId: NODE, readAt: READ_AT, endedAt: minutes(-60), sources, notes: "", ...parts };
  return { status, evidence, severity: chooseSeverity(evidence, []) };
}

/** Every run of a property looks at the same cases: a failure is there again the next time. */
export const FIXED = { seed: 20261120 } as const;

const HOSTILE_PARTS = [
  ...["\u{1F4A5}", "\u{20BB7}", "\ud800", "\udc00", '"', "\\", "\u0000", "\u0007", "\n", "\u2028", "\u202e", "\u0085"],
  ...["</script>", "${jndi:ldap://x}", "__proto__", "constructor", " ", "%s", "{}", "é", "a", "0", "/", ",", "arn:"],
];

/** Text as an attacker who may name patches and computers would choose it. */
export function hostileText(maxLength = 600): fc.Arbitrary<string> {
  const unit = fc.constantFrom(...HOSTILE_PARTS);
  return fc.oneof(
    fc.string({ unit, maxLength: 40 }),
    fc.tuple(unit, fc.integer({ min: 0, max: maxLength })).map(([part, times]) => part.repeat(times)),
    fc.string({ unit: "binary", maxLength: 60 }),
  );
}

/** A copy without one key. */
export function without<Whole extends object, Key extends keyof Whole>(whole: Whole, key: Key): Omit<Whole, Key> {
  const copy: Partial<Whole> = { ...whole };
  Reflect.deleteProperty(copy, key);
  return copy as Omit<Whole, Key>;
}

/** A value in a test's name. */
export function show(value: unknown): string {
  return value === undefined ? "(none)" : JSON.stringify(value);
}
