/** A queue in memory for the tests of redrive and of replaying the quarantine queue. */
import type { Queue, QueueMessage } from "../../functions/queues/queue.ts";

/** The time at which the tests run. */
export const NOW = Date.parse("2026-11-20T12:00:00.000Z");

interface Sent {
  readonly to: string;
  readonly message: unknown;
  readonly delaySeconds?: number;
}

/** A queue in memory that records the order of operations. */
export class FakeQueue implements Queue {
  readonly sent: Sent[] = [];
  readonly log: string[] = [];
  /** How long received messages were hidden, in seconds. */
  readonly hiddenFor: number[] = [];
  readonly #messages: QueueMessage[];
  readonly #hidden = new Set<QueueMessage>();
  failSends = false;

  constructor(messages: readonly Partial<QueueMessage>[]) {
    this.#messages = messages.map((message, index) => ({
      body: "",
      receiptHandle: String(index),
      sentAt: NOW - 60_000,
      deadLetter: false,
      ...message,
    }));
  }

  get left(): number {
    return this.#messages.length;
  }

  /** The counts of SQS are approximate: redrive must not trust them. */
  waiting: Queue["waiting"] = () => Promise.resolve(0);

  get visible(): number {
    return this.#messages.length - this.#hidden.size;
  }

  receive = (_: string, hideSeconds: number): Promise<QueueMessage[]> => {
    this.hiddenFor.push(hideSeconds);
    const some = this.#messages.filter((message) => !this.#hidden.has(message)).slice(0, 10);
    for (const message of some) this.#hidden.add(message);
    return Promise.resolve(some);
  };

  send = (to: string, message: unknown): Promise<void> => this.sendText(to, JSON.stringify(message));

  sendText = (to: string, text: string): Promise<void> => this.#record({ to, message: JSON.parse(text) as unknown });

  sendAfter = (to: string, message: unknown, delaySeconds: number): Promise<void> =>
    this.#record({ to, message: JSON.parse(JSON.stringify(message)) as unknown, delaySeconds });

  remove = (_: string, messages: readonly QueueMessage[]): Promise<void> => {
    this.log.push(`remove ${messages.length}`);
    for (const message of messages) {
      this.#messages.splice(this.#messages.indexOf(message), 1);
      this.#hidden.delete(message);
    }
    return Promise.resolve();
  };

  returnAfter = (_: string, receiptHandle: string): Promise<void> => {
    for (const message of this.#hidden) if (message.receiptHandle === receiptHandle) this.#hidden.delete(message);
    return Promise.resolve();
  };

  returnAll = async (_: string, receiptHandles: readonly string[]): Promise<void> => {
    for (const receiptHandle of receiptHandles) await this.returnAfter(_, receiptHandle);
  };

  #record(sent: Sent): Promise<void> {
    if (this.failSends) return Promise.reject(new Error("SQS is unavailable"));
    this.log.push(`send ${sent.to}`);
    this.sent.push(sent);
    return Promise.resolve();
  }
}
