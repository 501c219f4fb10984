import * as z from "zod";
import { counted } from "../../contract/counted.ts";
import { parseIfJson } from "../../command-line/json-syntax.ts";
import type { Run } from "../run/run.ts";

/** Entries received at once. */
const BATCH = 10;
const entry = z.object({
  reason: z.string(),
  references: z.array(z.unknown()).optional(),
  body: z.string().optional(),
});

/** Sends the quarantined messages back to the work queue, as `npm run replay-quarantine` does in an account. */
export async function replayQuarantine({ cloud, program: { queues } }: Run): Promise<string> {
  let [replayed, kept] = [0, 0];
  for (let received = await receive(); received.length > 0; received = await receive()) {
    for (const { Body: body, ReceiptHandle: receipt } of received) {
      const message = messageIn(body);
      if (message === undefined) {
        kept += 1;
        continue;
      }
      await cloud.queues.send(queues.work, message);
      await cloud.queues.delete(queues.quarantine, receipt);
      replayed += 1;
    }
  }
  const left = kept === 0 ? "" : ` ${counted(kept, "message")} stayed: the quarantine queue does not hold all of it.`;
  return `${counted(replayed, "message")} sent back to the work queue.${left}`;

  function receive() {
    return cloud.queues.receive(queues.quarantine, BATCH, 0);
  }
}

/** Returns the message to send again. EventBridge writes whole events, without a reason. */
function messageIn(body: string): string | undefined {
  const { success, data } = entry.safeParse(parseIfJson(body));
  if (!success) return body;
  return data.references === undefined ? data.body : JSON.stringify({ references: data.references });
}
