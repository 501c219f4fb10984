/**
 * The pace of redrive. A recovery must not take more than its share of the quotas and of the state machine, and work
 * that comes straight back must not run again and again.
 */
import type { NodeReference } from "./node-reference.ts";
import type { ParkedMessage } from "./parked-message.ts";
import { batchSizeAfter } from "./quarantine-rule.ts";

/**
 * Executions a second that redrive sends work for. With 4 executions in flight, dispatch starts about 1 a second. The rest
 * keeps the work queue from running empty before the next run.
 */
const EXECUTIONS_PER_SECOND = 1.5;
/** The longest delay of SQS (API reference, "SendMessage", DelaySeconds). */
const LONGEST_DELAY_SECONDS = 900;
/** The longest time that a message waits after it was parked. */
export const LONGEST_BACK_OFF_MINUTES = 60;

/**
 * Returns how many minutes a message waits after it was parked: none the first time, then the interval times 2, 4, 8, at
 * most 60. A batch waits as long as its newest node, which costs no more executions than that node alone.
 *
 * Only returns because a service was unavailable count. Failures end in the quarantine queue, so they need no back-off.
 *
 * @param redriveMinutes minutes between two runs
 * @example
 * backOffMinutes({ references: [{ nodeId, attempts: 0, redriveHistory: { since, moves: 2, failures: 0 } }], failed: false }, 5); // 20
 */
export function backOffMinutes(
  { references, failed }: Pick<ParkedMessage, "references" | "failed">,
  redriveMinutes: number,
): number {
  const returns = references.map(({ redriveHistory }) =>
    redriveHistory === undefined ? 0 : redriveHistory.moves - redriveHistory.failures,
  );
  const fewest = returns.reduce((least, each) => Math.min(least, each), Infinity);
  if (failed || returns.length === 0 || fewest < 1) return 0;
  return Math.min(redriveMinutes * 2 ** fewest, LONGEST_BACK_OFF_MINUTES);
}

/**
 * Returns how many executions dispatch starts for these nodes. Nodes that failed share theirs with fewer nodes.
 *
 * @example
 * executionsFor(references); // 1 for 50 nodes that never failed
 */
export function executionsFor(references: readonly NodeReference[]): number {
  const bySize = Map.groupBy(references, ({ redriveHistory }) => batchSizeAfter(redriveHistory?.failures ?? 0));
  return [...bySize].reduce((sum, [size, nodes]) => sum + Math.ceil(nodes.length / size), 0);
}

/**
 * The executions for which one run may send work: as many as start until the next run. Each has its time. Work that
 * waits in the work queue already takes the first ones.
 *
 * @example
 * const slots = new Slots(5, 150);
 * const delaySeconds = slots.take(references, 0); // 100
 */
export class Slots {
  readonly #total: number;
  readonly #spanSeconds: number;
  #used: number;

  /**
   * @param redriveMinutes minutes between two runs
   * @param waiting messages in the work queue
   */
  constructor(redriveMinutes: number, waiting: number) {
    const seconds = redriveMinutes * 60;
    this.#total = seconds * EXECUTIONS_PER_SECOND;
    this.#spanSeconds = Math.min(seconds, LONGEST_DELAY_SECONDS);
    this.#used = waiting;
  }

  /** Negative if more messages wait than a run may send. */
  get free(): number {
    return this.#total - this.#used;
  }

  /**
   * Takes the slots of one message.
   * @param elapsedSeconds since the run began
   * @returns the message's delay, in whole seconds
   */
  take(references: readonly NodeReference[], elapsedSeconds: number): number {
    const seconds = (Math.min(this.#used, this.#total) * this.#spanSeconds) / this.#total;
    this.#used += executionsFor(references);
    return Math.max(0, Math.floor(seconds - elapsedSeconds));
  }
}
