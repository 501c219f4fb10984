import type { PackageSummary } from "./package-summary.ts";
import { jsonBytes } from "./text.ts";

/** Where patch compliance data lies: two compliance types, and inventory as the fallback. */
export type SourceKind = "Patch" | "Association" | "Inventory";

/**
 * Counts as Systems Manager reports them. The last three overlap and can lag behind: they are never added up, and never
 * compared with the number of rows.
 */
export interface PatchCounts {
  readonly installed: number;
  readonly installedOther: number;
  readonly pendingReboot: number;
  readonly rejected: number;
  readonly missing: number;
  readonly failed: number;
  readonly availableSecurityUpdate: number;
  readonly criticalNonCompliant: number;
  readonly securityNonCompliant: number;
  readonly otherNonCompliant: number;
}

/** What one source says about a node's last patch operation. All strings are clean and bounded. */
export interface SourceReading {
  readonly kind: SourceKind;
  /** For compliance type Association: the association's id. */
  readonly operationId?: string;
  /** `Command` or `PatchPolicy`. */
  readonly executionType?: string;
  readonly baselineId?: string;
  readonly patchGroup?: string;
  /** `Scan` or `Install`. */
  readonly operation?: string;
  /** ISO 8601. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly rebootOption?: string;
  readonly counts: PatchCounts;
  /** What Systems Manager itself calls the node; compliance type Association only. */
  readonly status?: string;
  readonly nonCompliantSeverity?: string;
  /** True where the counts themselves were counted from rows: then the two cannot contradict each other. */
  readonly countedFromRows?: true;
  /** Absent where there are no rows at all: then only the counts speak. */
  readonly packages?: PackageSummary;
}

export interface NodeDescription {
  readonly platformName?: string;
  readonly platformVersion?: string;
  readonly computerName?: string;
}

export interface NodeReading {
  readonly nodeId: string;
  /** ISO 8601: when the reading began. */
  readonly readAt: string;
  readonly node?: NodeDescription;
  /** True where Systems Manager lists the node among its managed nodes, connected or not. */
  readonly listed?: true;
  /** True where its agent is connected (PingStatus Online), which lags by minutes. */
  readonly online?: true;
  /** ISO 8601: when its agent last reported (LastPingDateTime). */
  readonly pingedAt?: string;
  /** ISO 8601: when it became a managed node, where Systems Manager says so. */
  readonly registeredAt?: string;
  readonly sources: readonly SourceReading[];
  /** Why the node could not be read; its sources then say nothing. */
  readonly unread?: string;
  /** True where that is the service's trouble and will pass: the node is then looked at again for as long as it takes. */
  readonly passing?: boolean;
  /** Why data that is there cannot be understood. */
  readonly malformed?: string;
}

/**
 * Bytes of JSON that one batch may take between states. Step Functions carries 256 KiB, and the Cause of a caught error
 * takes at most 32 KiB of it.
 */
export const STATE_BUDGET = 220_000;

/** Bytes that a question to EC2 about one node and its answer may take of that. */
export const EC2_BUDGET = 160;

/**
 * Bytes that one node's packages may take of that. It is the same for every node and batch, so that a finding names the same
 * patches whichever nodes it is read with.
 */
export const PACKAGES_BUDGET = 2_300;

/** A reading, or the evidence that a verdict keeps of it. */
interface Shortenable {
  readonly node?: NodeDescription;
  readonly sources: readonly SourceReading[];
}

/**
 * Keeps a batch within its bytes. Real data always is; where hostile strings fill every other field, the largest
 * readings lose their package lists, and if need be what only describes. Totals, kinds and platform stay, so neither
 * verdict nor severity changes.
 */
export function withinBudget<Reading extends Shortenable>(readings: readonly Reading[], budget: number): Reading[] {
  return shortenLargest(shortenLargest(readings, budget, withoutLists), budget, withoutDescriptions);
}

function shortenLargest<Reading>(
  readings: readonly Reading[],
  budget: number,
  shorten: (reading: Reading) => Reading,
): Reading[] {
  let excess = jsonBytes(readings) - budget;
  const shortened = new Map<Reading, Reading>();
  for (const reading of readings.toSorted((a, b) => jsonBytes(b) - jsonBytes(a))) {
    if (excess <= 0) break;
    const shorter = shorten(reading);
    excess -= jsonBytes(reading) - jsonBytes(shorter);
    shortened.set(reading, shorter);
  }
  return readings.map((reading) => shortened.get(reading) ?? reading);
}

function withoutLists<Reading extends Shortenable>(reading: Reading): Reading {
  const sources = reading.sources.map((source) =>
    source.packages === undefined ? source : { ...source, packages: { ...source.packages, worst: [] } },
  );
  return { ...reading, sources };
}

const DESCRIPTIONS = new Set(["patchGroup", "executionType", "operation", "rebootOption"]);

function withoutDescriptions<Reading extends Shortenable>(reading: Reading): Reading {
  const { node } = reading;
  const sources = reading.sources.map(
    (source) => Object.fromEntries(Object.entries(source).filter(([key]) => !DESCRIPTIONS.has(key))) as typeof source,
  );
  const { platformName } = node ?? {};
  return { ...reading, ...(node && { node: platformName === undefined ? {} : { platformName } }), sources };
}

/** The largest batch: DescribeInstancePatchStates takes 50 ids. */
export const MAX_NODES = 50;

/** The four states that always count; their sum is exact, as each patch is in one state. */
export function noncompliantCount({ missing, failed, pendingReboot, rejected }: PatchCounts): number {
  return missing + failed + pendingReboot + rejected;
}
