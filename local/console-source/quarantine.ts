/** The nodes in the quarantine queue, for the console. */
import type { Run } from "../run/run.ts";
import type { StoredMessage } from "../services/sqs/sqs.ts";
import { nodesIn, reasonOf } from "./queue-messages.ts";

/** Messages from which on the queue is read only if their number changes. */
const MANY = 500;

/** Reads the quarantine queue without changing it, and only if it may have changed. */
export class QuarantineReader {
  readonly #run: Pick<Run, "cloud" | "program">;
  #known: { readonly version: string; readonly messages: readonly StoredMessage[] } = { version: "", messages: [] };
  #told: ReadonlySet<string> = new Set();

  constructor(run: Pick<Run, "cloud" | "program">) {
    this.#run = run;
  }

  /** Returns why a node is in quarantine, or undefined if it is not. Of several reasons it returns the newest. */
  async reasonOf(nodeId: string): Promise<string | undefined> {
    const messages = await this.#messages();
    const newest = messages.toSorted((a, b) => b.sentAt - a.sentAt);
    const found = newest.find(({ body }) => body.includes(nodeId) && nodesIn(body).includes(nodeId));
    return found && (reasonOf(found.body) ?? "no reason is given");
  }

  /** Returns the messages that came since the last call: when, and how many nodes they name. */
  async added(): Promise<{ readonly time: string; readonly nodes: number }[]> {
    const messages = await this.#messages();
    const added = messages.filter(({ messageId }) => !this.#told.has(messageId));
    this.#told = new Set(messages.map(({ messageId }) => messageId));
    return added
      .map(({ sentAt, body }) => ({ time: new Date(sentAt).toISOString(), nodes: nodesIn(body).length }))
      .filter(({ nodes }) => nodes > 0);
  }

  async #messages(): Promise<readonly StoredMessage[]> {
    const { cloud, program } = this.#run;
    const { visible, delayed, inFlight } = await cloud.counts(program.queues.quarantine);
    const held = visible + delayed + inFlight;
    if (held === 0) return [];
    // As many messages may be others: a replay takes some away, and they come back.
    const version = `${held} ${held > MANY ? "" : cloud.usage.messages}`;
    if (this.#known.version !== version) {
      this.#known = { version, messages: await cloud.peek(program.queues.quarantine) };
    }
    return this.#known.messages;
  }
}
