import type { PackageSummary } from "./package-summary.ts";
import { jsonBytes } from "./text.ts";

/** Where patch compliance data lies: two compliance types, and inventory as the fallback. */
export type SourceKind = "Patch" | "Association" | "Inventory";

/** Counts as Systems Manager reports them; the three noncompliant ones overlap and are never added up. */
export interface PatchCounts {
  readonly installed: number;
  readonly installedOther: number;
  readonly pendingReboot: number;
  readonly rejected: number;
  readonly missing: number;
  readonly failed: number;
  readonly availableSecurityUpdate: number;
  readonly criticalNonCompliant: number;
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
 * Bytes of JSON one node may take between states. Step Functions carries 256 KiB; 50 nodes, their references, and the
 * Cause of a caught error (at most 32 KiB) stay below.
 */
export const NODE_BUDGET = 4_500;

/** What Gather may use of it on average; verdict, severity and node reference need the rest. */
const READING_BUDGET = 2_900;

/**
 * What a node's packages may take of that. It is the same for every node and batch, so that a finding names the same
 * patches whichever nodes it is read with.
 */
export const PACKAGES_BUDGET = 2_300;

/**
 * Keeps a batch of readings within its bytes. Real data always is; where hostile strings fill every other field, the
 * largest readings lose their package lists, and if need be what only describes. Totals, kinds and platform stay, so
 * neither verdict nor severity changes.
 */
export function withinBudget(readings: readonly NodeReading[]): NodeReading[] {
  return shortenLargest(shortenLargest(readings, withoutLists), withoutDescriptions);
}

function shortenLargest(readings: readonly NodeReading[], shorten: (reading: NodeReading) => NodeReading) {
  let excess = jsonBytes(readings) - MAX_NODES * READING_BUDGET;
  const shortened = new Map<NodeReading, NodeReading>();
  for (const reading of readings.toSorted((a, b) => jsonBytes(b) - jsonBytes(a))) {
    if (excess <= 0) break;
    const shorter = shorten(reading);
    excess -= jsonBytes(reading) - jsonBytes(shorter);
    shortened.set(reading, shorter);
  }
  return readings.map((reading) => shortened.get(reading) ?? reading);
}

function withoutLists(reading: NodeReading): NodeReading {
  const sources = reading.sources.map((source) =>
    source.packages === undefined ? source : { ...source, packages: { ...source.packages, worst: [] } },
  );
  return { ...reading, sources };
}

const DESCRIPTIONS = new Set(["patchGroup", "executionType", "operation", "rebootOption"]);

function withoutDescriptions({ node, ...reading }: NodeReading): NodeReading {
  const sources = reading.sources.map(
    (source) => Object.fromEntries(Object.entries(source).filter(([key]) => !DESCRIPTIONS.has(key))) as typeof source,
  );
  const { platformName } = node ?? {};
  return { ...reading, ...(platformName !== undefined && { node: { platformName } }), sources };
}

/** The largest batch: DescribeInstancePatchStates takes 50 ids. */
export const MAX_NODES = 50;

/** The four states that always count; their sum is exact, as each patch is in one state. */
export function noncompliantCount({ missing, failed, pendingReboot, rejected }: PatchCounts): number {
  return missing + failed + pendingReboot + rejected;
}
