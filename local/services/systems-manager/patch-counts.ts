import type { PatchOperation } from "./patch-operation.ts";

/** The counts of a patch operation: numbers in a patch state, texts in an association's row and in inventory. */
export interface PatchCounts {
  readonly InstalledCount: number;
  readonly InstalledPendingRebootCount: number;
  readonly InstalledRejectedCount: number;
  readonly MissingCount: number;
  readonly FailedCount: number;
  readonly CriticalNonCompliantCount: number;
  readonly SecurityNonCompliantCount: number;
  readonly OtherNonCompliantCount: number;
}

/** Reads the counts. A missing or malformed count is 0. */
export function readCounts(source: object): PatchCounts {
  const values = new Map<string, unknown>(Object.entries(source));
  const count = (name: keyof PatchCounts): number => Number(values.get(name) ?? 0) || 0;
  return {
    InstalledCount: count("InstalledCount"),
    InstalledPendingRebootCount: count("InstalledPendingRebootCount"),
    InstalledRejectedCount: count("InstalledRejectedCount"),
    MissingCount: count("MissingCount"),
    FailedCount: count("FailedCount"),
    CriticalNonCompliantCount: count("CriticalNonCompliantCount"),
    SecurityNonCompliantCount: count("SecurityNonCompliantCount"),
    OtherNonCompliantCount: count("OtherNonCompliantCount"),
  };
}

/** Returns how many packages make the node noncompliant. */
export function noncompliantIn(counts: PatchCounts): number {
  const { MissingCount, FailedCount, InstalledPendingRebootCount, InstalledRejectedCount } = counts;
  return MissingCount + FailedCount + InstalledPendingRebootCount + InstalledRejectedCount;
}

/**
 * Returns the counts after an operation. The counts do not say which kinds of packages are left, so the critical,
 * security and other counts stay as they were, up to the number of packages left.
 */
export function countsAfter(before: PatchCounts, { type, fails }: PatchOperation): PatchCounts {
  if (type === "Scan") return before;
  const FailedCount = fails && before.MissingCount + before.FailedCount > 0 ? 1 : 0;
  const left = before.InstalledRejectedCount + FailedCount;
  return {
    InstalledCount: before.InstalledCount + noncompliantIn(before) - left,
    InstalledPendingRebootCount: 0,
    InstalledRejectedCount: before.InstalledRejectedCount,
    MissingCount: 0,
    FailedCount,
    CriticalNonCompliantCount: Math.min(before.CriticalNonCompliantCount, left),
    SecurityNonCompliantCount: Math.min(before.SecurityNonCompliantCount, left),
    OtherNonCompliantCount: Math.min(before.OtherNonCompliantCount, left),
  };
}
