import { ALWAYS_NONCOMPLIANT, perCause, type KnownCause } from "../../contract/causes.ts";
import type { PatchSummary } from "./patch-summary.ts";

/** Where Systems Manager keeps patch compliance data: two compliance types, and inventory as the fallback. */
export const SOURCE_KINDS = ["Patch", "Association", "Inventory"] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/**
 * Counts as Systems Manager reports them. The last three overlap and can lag behind: they are never added up, and never
 * compared with the number of rows.
 */
export interface PatchCounts extends Readonly<Record<KnownCause, number>> {
  readonly installed: number;
  readonly installedOther: number;
  readonly criticalNonCompliant: number;
  readonly securityNonCompliant: number;
  readonly otherNonCompliant: number;
}

/** One source's data about a node's last patch operation. All strings are clean and bounded. */
export interface SourceReading {
  readonly kind: SourceKind;
  /** For compliance type Association: the association's id. */
  readonly operationId?: string;
  /** `Command` or `PatchPolicy`. */
  readonly executionType?: string;
  readonly baselineId?: string;
  /** Only the newest source of a node that has one keeps it. */
  readonly patchGroup?: string;
  /** `Scan` or `Install`. */
  readonly operation?: string;
  /** ISO 8601. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly rebootOption?: string;
  /** A count of zero may be left out. */
  readonly counts: Partial<PatchCounts>;
  /** The status that Systems Manager gives the node. Compliance type Association only. */
  readonly status?: string;
  readonly nonCompliantSeverity?: string;
  /** True if the counts were counted from rows: then the two cannot contradict each other. */
  readonly countedFromRows?: true;
  /** Absent if there are no rows at all. */
  readonly patches?: PatchSummary;
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
  /** Positions in the policies' list of named tags (`namedTags`): the tags that the node has. */
  readonly tagMatches?: readonly number[];
  /** Hash of the policies that Gather applied. Absent if they are the default ones. */
  readonly policies?: string;
  /** Position of the exception that accepts all patches of the node, whatever they are. */
  readonly acceptedBy?: number;
  /** True if Systems Manager lists the node among its managed nodes, connected or not. */
  readonly listed?: true;
  /** True if its agent is connected (PingStatus Online), which lags by minutes. */
  readonly online?: true;
  /** ISO 8601: when its agent last reported (LastPingDateTime). */
  readonly pingedAt?: string;
  /** ISO 8601: when it became a managed node, if Systems Manager says so. */
  readonly registeredAt?: string;
  readonly sources: readonly SourceReading[];
  /**
   * True if the compliance items were not read, because the summaries have nothing noncompliant. Such a reading closes
   * no finding: a summary may lag behind.
   */
  readonly summarized?: true;
  /** Why the node could not be read; its sources then say nothing. */
  readonly unread?: string;
  /** True if the service failed, not the node: the node is then read again without a limit of attempts. */
  readonly transient?: boolean;
  /** True if the service throttled the read: the data itself may be there, so the next read is soon. */
  readonly throttled?: true;
  /** Why data cannot be parsed. */
  readonly malformed?: string;
}

/** The largest batch: DescribeInstancePatchStates takes 50 ids. */
export const MAX_NODES = 50;

/**
 * Bytes of JSON that one node may take of each state's output, with its reference and its verdict. Step Functions carries
 * 256 KiB, and the Cause of a caught error takes at most 32 KiB of it. Every node has the same share, so that what a
 * finding says never depends on the nodes that share its batch.
 */
export const NODE_BUDGET = 4_580;

/** Bytes that a question to EC2 about one node and its answer may take of that. */
export const EC2_BUDGET = 160;

/**
 * Bytes that a reading with a list of patches may take of that; the rest is for the reference, the verdict and the
 * severity. It does not depend on the reference, so that a sweep and an event name the same patches.
 */
export const READING_BUDGET = 3_020;

/** Bytes that one node's patches may take of a reading, if names and other sources leave them. */
export const PATCHES_BUDGET = 2_300;

/** Returns the patch group of the newest source that names one. @param sources newest first */
export function patchGroupOf(sources: readonly SourceReading[]): string | undefined {
  return sources.find(({ patchGroup }) => patchGroup !== undefined)?.patchGroup;
}

/** Returns the counts with the zeros that were left out. */
export function allCounts(counts: Partial<PatchCounts>): PatchCounts {
  return { ...NO_COUNTS, ...counts };
}
const NO_COUNTS: PatchCounts = {
  installed: 0,
  installedOther: 0,
  ...perCause(() => 0),
  criticalNonCompliant: 0,
  securityNonCompliant: 0,
  otherNonCompliant: 0,
};

/** Returns the number of patches that always count. The sum is exact, because each patch is in one state. */
export function noncompliantCount(counts: Partial<PatchCounts>): number {
  return ALWAYS_NONCOMPLIANT.reduce((sum, cause) => sum + (counts[cause] ?? 0), 0);
}

/** Returns whether any count is not zero that is zero for a compliant node. */
export function countsAny(counts: Partial<PatchCounts>): boolean {
  const { criticalNonCompliant, securityNonCompliant, otherNonCompliant } = allCounts(counts);
  return noncompliantCount(counts) + criticalNonCompliant + securityNonCompliant + otherNonCompliant > 0;
}
