import { ServiceError, type StandIn } from "../../local/gateway/stand-in.ts";

/** SQS, for commands that only list queues. Each queue holds two messages. */
export class QueueList implements StandIn {
  readonly #urls: readonly string[];

  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  call(operation: string, input: Record<string, unknown>): unknown {
    if (operation === "GetQueueAttributes") return { Attributes: { ApproximateNumberOfMessages: "2" } };
    if (operation !== "ListQueues")
      throw new ServiceError("InvalidAction", `${operation} is not part of this stand-in`);
    const { QueueNamePrefix: prefix = "" } = input;
    const QueueUrls = this.#urls.filter((url) => url.slice(url.lastIndexOf("/") + 1).startsWith(String(prefix)));
    return QueueUrls.length === 0 ? {} : { QueueUrls };
  }
}
