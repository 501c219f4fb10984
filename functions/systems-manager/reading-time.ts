import { SystemsManagerThrottled } from "../runtime/errors.ts";
import type { PatchData } from "./systems-manager.ts";

/** Reads that fail when their time is up. */
interface TimedReads {
  readonly data: PatchData;
  /** Stops the timer. */
  end(): void;
}

/**
 * Returns reads that together take at most so long. Under heavy throttling the SDK waits ever longer, and the function
 * would end before it returns what it has read. When the time is up, the waiting reads fail, and no other begins.
 *
 * @example
 * const { data, end } = withinTime(systemsManager(), 120_000);
 */
export function withinTime(data: PatchData, milliseconds: number): TimedReads {
  let isUp = false;
  const { promise: timeUp, reject } = Promise.withResolvers<never>();
  // Each read reports it; without a read there is nothing to report.
  timeUp.catch(() => undefined);
  const timer = setTimeout(() => {
    isUp = true;
    reject(new SystemsManagerThrottled(`the reads took longer than ${milliseconds / 1000} s`));
  }, milliseconds);
  const timed = <Arguments extends unknown[], Answer>(read: (...request: Arguments) => Promise<Answer>) => {
    return (...request: Arguments): Promise<Answer> => (isUp ? timeUp : Promise.race([read(...request), timeUp]));
  };
  return {
    data: {
      patchStates: timed((nodeIds) => data.patchStates(nodeIds)),
      nodes: timed((nodeIds) => data.nodes(nodeIds)),
      summaries: timed((nodeIds) => data.summaries(nodeIds)),
      complianceItems: timed((nodeId, filter) => data.complianceItems(nodeId, filter)),
      hasComplianceItems: timed((nodeId, filter) => data.hasComplianceItems(nodeId, filter)),
      inventory: timed((nodeId, typeName) => data.inventory(nodeId, typeName)),
      ...(data.tags && { tags: timed(data.tags) }),
    },
    end: () => clearTimeout(timer),
  };
}
