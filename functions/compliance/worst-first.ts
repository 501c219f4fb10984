import { compareContent, compareText } from "../runtime/order.ts";
import { COMPLIANCE_LEVELS, complianceLevel, type ComplianceLevel, type Patch } from "./patch.ts";

/**
 * The order in which a node's data is kept within its byte budget. It is an order, not a rating: it knows neither the
 * deployment's severity rules nor the platform, and gives no label and no reason. ChooseSeverity rates. The list must
 * be cut before, because the state machine's payload is bounded.
 */

/** Vendors' words from worst to mildest, and the compliance level that each stands beside. */
const VENDOR_WORDS: ReadonlyMap<string, ComplianceLevel> = new Map([
  ["critical", "CRITICAL"],
  ["important", "HIGH"],
  ["moderate", "MEDIUM"],
  ["medium", "MEDIUM"],
  ["low", "LOW"],
]);
const VENDOR_ORDER = [...VENDOR_WORDS.keys()];
const MILDEST = "INFORMATIONAL";

/**
 * Compares two patches, worst first. The vendor's word stands in for a compliance level that the patch baseline leaves
 * UNSPECIFIED, so a patch that its vendor calls critical goes before one of level LOW. Accepted patches come last. The order is total: the same
 * patches give the same list in whichever order the pages came.
 */
export function patchesWorstFirst(a: Patch, b: Patch): number {
  return (
    Number(a.accepted !== undefined) - Number(b.accepted !== undefined) ||
    rankOf(levelOf(a)) - rankOf(levelOf(b)) ||
    rankOf(a.level) - rankOf(b.level) ||
    vendorRank(a) - vendorRank(b) ||
    b.cves.length - a.cves.length ||
    compareText(a.id, b.id) ||
    compareContent(a, b)
  );
}

function levelOf({ level, vendor }: Patch): ComplianceLevel {
  return level === "UNSPECIFIED" ? (VENDOR_WORDS.get(vendor?.toLowerCase() ?? "") ?? MILDEST) : level;
}

function rankOf(level: ComplianceLevel): number {
  return COMPLIANCE_LEVELS.indexOf(level);
}

function vendorRank({ vendor }: Patch): number {
  const rank = VENDOR_ORDER.indexOf(vendor?.toLowerCase() ?? "");
  return rank === -1 ? VENDOR_ORDER.length : rank;
}

/** The part of a source that ranks it. */
interface ReportedSeverity {
  readonly nonCompliantSeverity?: string;
  readonly counts: { readonly criticalNonCompliant?: number };
}

/** Returns the place of a source by what Systems Manager reports of all its patches; 0 is the worst. */
export function reportedRank({ nonCompliantSeverity, counts }: ReportedSeverity): number {
  const level = complianceLevel(nonCompliantSeverity);
  if (level !== "UNSPECIFIED") return rankOf(level);
  return rankOf((counts.criticalNonCompliant ?? 0) > 0 ? "CRITICAL" : MILDEST);
}
