import { QueueUnavailable } from "../runtime/errors.ts";
import { describeFailure } from "../runtime/failure.ts";
import type { NodeReference } from "../work/node-reference.ts";
import type { QuarantineEntry } from "../work/quarantine.ts";
import type { Queue } from "./queue.ts";

/** The queues that Publish sends to. */
export interface SendOnPorts {
  readonly queue: Pick<Queue, "send">;
  readonly workQueueUrl: string;
  readonly quarantineQueueUrl: string;
}

/** What an execution does not finish. */
interface Unfinished {
  /** Nodes whose finding was refused, for the quarantine queue. */
  readonly rejected: readonly QuarantineEntry[];
  /** Nodes to read in full, for the work queue. At most 50. */
  readonly readInFull: readonly NodeReference[];
}

/**
 * Sends what an execution does not finish to its queue. Sending it twice is harmless.
 *
 * @throws {QueueUnavailable} if a queue did not accept a message. The state machine retries
 * @example
 * await sendOn({ rejected, readInFull: [] }, ports);
 */
export async function sendOn({ rejected, readInFull }: Unfinished, ports: SendOnPorts): Promise<void> {
  const { queue, workQueueUrl, quarantineQueueUrl } = ports;
  try {
    for (const entry of rejected) await queue.send(quarantineQueueUrl, entry);
    if (readInFull.length > 0) await queue.send(workQueueUrl, { references: readInFull });
  } catch (error) {
    throw new QueueUnavailable(describeFailure(error), { cause: error });
  }
}
