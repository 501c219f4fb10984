import { createHash } from "node:crypto";
import { counted } from "../../contract/counted.ts";
import { SEVERITY_LABELS, type SeverityLabel } from "../../contract/severity.ts";
import type { Policies } from "../../contract/policies.ts";
import type { SeverityRule } from "../../contract/severity-rules.ts";
import { isPlatform } from "./platform-name.ts";
import { complianceLevel, type ComplianceLevel, type Rated } from "./patch.ts";

/** A chosen label, with the words that explain it. */
export interface Severity {
  readonly label: SeverityLabel;
  /** The value that decided, in its source's own word. */
  readonly original: string;
  /** Why this label, as a sentence for people. */
  readonly reason: string;
}

/** On these platforms the vendor's severity is a package priority, which says nothing about security. */
const DEBIAN_FAMILY = ["ubuntu", "debian", "raspbian", "raspberry pi os"];

/**
 * The default policy. The patch baseline's compliance level is the severity. If the baseline leaves it UNSPECIFIED, the
 * vendor's severity is used, except on Debian-family platforms. The rest is INFORMATIONAL, as in AWS's own agent.
 */
const DEFAULT_RULES: readonly SeverityRule[] = [
  { complianceLevel: ["CRITICAL"], severity: "CRITICAL" },
  { complianceLevel: ["HIGH"], severity: "HIGH" },
  { complianceLevel: ["MEDIUM"], severity: "MEDIUM" },
  { complianceLevel: ["LOW"], severity: "LOW" },
  { complianceLevel: ["INFORMATIONAL"], severity: "INFORMATIONAL" },
  { platform: DEBIAN_FAMILY, severity: "INFORMATIONAL" },
  { vendorSeverity: ["critical"], severity: "CRITICAL" },
  { vendorSeverity: ["important"], severity: "HIGH" },
  { vendorSeverity: ["moderate", "medium"], severity: "MEDIUM" },
  { vendorSeverity: ["low"], severity: "LOW" },
  { severity: "INFORMATIONAL" },
];

/** To be raised when policies are applied differently: the sweep then checks all open findings. */
const LOGIC_VERSION = 2;

/**
 * Returns a short hash of everything that decides about a node: the policies, the default severity policy, the logic, and
 * which of the tags that the policies name the node has.
 */
export function policiesHash(policies: Policies, tagMatches: readonly number[] = []): string {
  const own = HASHES.get(policies) ?? hashOf([LOGIC_VERSION, policies, DEFAULT_RULES]);
  HASHES.set(policies, own);
  return tagMatches.length === 0 ? own : hashOf([own, tagMatches]);
}

/** A sweep asks for each of thousands of nodes, and the policies may be long. */
const HASHES = new WeakMap<Policies, string>();

function hashOf(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 12);
}

/** Returns whether `a` is worse than `b`. */
export function isWorse(a: SeverityLabel, b: SeverityLabel): boolean {
  return SEVERITY_LABELS.indexOf(a) < SEVERITY_LABELS.indexOf(b);
}

/** The user's rules, in order. A rule whose tags the node does not have is left out, and keeps its place. */
export type ApplicableRules = readonly (SeverityRule | undefined)[];

/** Rates a patch. @param rules the user's rules; the default policy follows them, so every patch gets a label */
export function rate(rated: Rated, platformName: string | undefined, rules: ApplicableRules): Severity {
  const index = [...rules, ...DEFAULT_RULES].findIndex(
    (rule) => rule !== undefined && holds(rule, rated, platformName ?? ""),
  );
  const rule = rules[index] ?? DEFAULT_RULES[index - rules.length];
  const label = rule?.severity ?? "INFORMATIONAL";
  return { label, ...explain(rated, label, index < rules.length ? index : undefined, platformName) };
}

function holds(rule: SeverityRule, rated: Rated, platformName: string): boolean {
  return (
    includes(rule.complianceLevel, rated.level) &&
    includes(rule.vendorSeverity, rated.vendor ?? "") &&
    includes(rule.classification, rated.classification ?? "") &&
    (rule.platform === undefined || isPlatform(platformName, rule.platform))
  );
}

function includes(accepted: readonly string[] | undefined, word: string): boolean {
  return accepted?.some((one) => one.toLowerCase() === word.toLowerCase()) ?? true;
}

function explain(rated: Rated, label: SeverityLabel, ruleIndex: number | undefined, platformName?: string) {
  const { level, vendor } = rated;
  if (ruleIndex !== undefined) {
    const original = level === "UNSPECIFIED" ? (vendor ?? level) : level;
    return { original, reason: `rule ${ruleIndex + 1} of the setting severityRules sets ${label}` };
  }
  if (level !== "UNSPECIFIED") {
    return { original: level, reason: `the patch baseline sets the compliance level ${level}` };
  }
  const unspecified = "the patch baseline sets no compliance level (UNSPECIFIED)";
  if (isDebianFamily(platformName)) {
    return {
      original: level,
      reason: `${unspecified}, and ${platformName ?? ""} has package priorities instead of severities`,
    };
  }
  return vendor === undefined || vendor.toUpperCase() === level
    ? { original: level, reason: `${unspecified}, and the vendor gives no severity` }
    : { original: vendor, reason: `${unspecified}, and the vendor's severity is ${vendor}` };
}

function isDebianFamily(platformName = ""): boolean {
  return isPlatform(platformName, DEBIAN_FAMILY);
}

/**
 * Rates a node without known patches: by the severity that Systems Manager reports for the node, or else by whether any
 * noncompliant patch is critical in the patch baseline.
 *
 * @param nonCompliantSeverity of compliance type Association and of inventory type AWS:PatchSummary
 */
export function rateWithoutPatches(nonCompliantSeverity: unknown, criticalNonCompliant: number): Severity {
  const level: ComplianceLevel = complianceLevel(nonCompliantSeverity);
  if (level !== "UNSPECIFIED") {
    return { label: level, original: level, reason: `Systems Manager reports severity ${level} for the node` };
  }
  const critical = counted(criticalNonCompliant, "noncompliant patch", "noncompliant patches");
  return criticalNonCompliant > 0
    ? { label: "CRITICAL", original: "CRITICAL", reason: `${critical} with compliance level CRITICAL` }
    : {
        label: "INFORMATIONAL",
        original: level,
        reason: "Systems Manager reports no patch details and no critical patch",
      };
}
