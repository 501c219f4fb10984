/** The queues that Publish sends to, and the policies that it applies, for tests. */
import { DEFAULT_POLICIES, type Policies } from "../../contract/policies.ts";
import type { SendOnPorts } from "../../functions/queues/send-on.ts";

export interface Sent {
  readonly to: string;
  readonly message: unknown;
}

/** @param sent receives every message. The policies are the default ones. */
export function sendingTo(sent: Sent[] = []): SendOnPorts & { readonly policies: Policies } {
  const send = (to: string, message: unknown) => Promise.resolve(void sent.push({ to, message }));
  return { policies: DEFAULT_POLICIES, queue: { send }, workQueueUrl: "work", quarantineQueueUrl: "quarantine" };
}
