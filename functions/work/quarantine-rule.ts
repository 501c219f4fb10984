/**
 * The rule for nodes that keep failing. After each failure a node shares an execution with half as many nodes. A node
 * that has failed alone goes to the quarantine queue.
 */
import { MAX_NODES } from "../compliance/reading.ts";
import type { RedriveHistory } from "./node-reference.ts";

/** Failures after which a node goes to the quarantine queue: after so many, it has failed alone. */
export const MAX_FAILURES = Math.ceil(Math.log2(MAX_NODES)) + 1;

/**
 * Returns how many nodes with this number of failures share an execution. The number halves after each failure, which
 * separates a node that keeps failing from the others in few executions.
 *
 * @example
 * batchSizeAfter(2); // 13
 */
export function batchSizeAfter(failures: number): number {
  return Math.max(1, Math.ceil(MAX_NODES / 2 ** failures));
}

/**
 * Returns whether a node goes to the quarantine queue. Moves alone never lead there: an outage is not the node's fault.
 *
 * @example
 * failedTooOften({ failures: MAX_FAILURES }); // true
 */
export function failedTooOften({ failures }: Pick<RedriveHistory, "failures">): boolean {
  return failures >= MAX_FAILURES;
}
