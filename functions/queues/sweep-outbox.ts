import { MAX_NODES } from "../compliance/reading.ts";
import type { NodeReference } from "../work/node-reference.ts";
import { spreadSeconds } from "../work/sweep-turn.ts";
import type { Queue } from "./queue.ts";

/** Collects the nodes that a turn of a sweep sends to the work queue. A message has as many as an execution takes. */
export interface SweepOutbox {
  /** Number of messages that were sent. */
  readonly messages: number;
  /** Number of nodes that were added. */
  readonly nodes: number;
  readonly compared: number;
  /** Adds a page's nodes, and sends the messages that are full. */
  add(references: readonly NodeReference[], compared: number): Promise<void>;
  /** Sends the nodes that are left. */
  flush(): Promise<void>;
}

/**
 * Returns an empty outbox. The messages of one turn have a growing delay.
 *
 * @example
 * await sweepOutbox(queues(), workQueueUrl).add(references, 50);
 */
export function sweepOutbox(queue: Pick<Queue, "sendAfter">, workQueueUrl: string): SweepOutbox {
  let waiting: NodeReference[] = [];
  const sent = { messages: 0, nodes: 0, compared: 0 };
  const send = async (): Promise<void> => {
    const references = waiting.slice(0, MAX_NODES);
    await queue.sendAfter(workQueueUrl, { references }, spreadSeconds(sent.messages));
    waiting = waiting.slice(MAX_NODES);
    sent.messages += 1;
  };
  return {
    get messages() {
      return sent.messages;
    },
    get nodes() {
      return sent.nodes;
    },
    get compared() {
      return sent.compared;
    },
    add: async (references, compared) => {
      waiting.push(...references);
      sent.nodes += references.length;
      sent.compared += compared;
      while (waiting.length >= MAX_NODES) await send();
    },
    flush: async () => {
      if (waiting.length > 0) await send();
    },
  };
}
