/** The queues that Publish sends to, for tests. */
import type { SendOnPorts } from "../../functions/queues/send-on.ts";

export interface Sent {
  readonly to: string;
  readonly message: unknown;
}

/** @param sent receives every message */
export function sendingTo(sent: Sent[] = []): SendOnPorts {
  const send = (to: string, message: unknown) => Promise.resolve(void sent.push({ to, message }));
  return { queue: { send }, workQueueUrl: "work", quarantineQueueUrl: "quarantine" };
}
