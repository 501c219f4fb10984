/** The messages of a queue as people read them. */
import * as z from "zod";
import type { QueueMessage, QueueMessages } from "../../console/api.ts";
import { parseIfJson } from "../../command-line/json-syntax.ts";
import { oneLine } from "../../presentation/findings/text.ts";
import type { StoredMessage } from "../services/sqs/sqs.ts";

/** Rows that a page shows. */
const SHOWN = 100;
/** Node ids of a message that a page shows. One message can hold 1,000. */
const SHOWN_NODES = 1_000;
const NODE_IDS = /\bm?i-[0-9a-f]{8,17}\b/g;

const text = z.string().optional().catch(undefined);
/** What the program, EventBridge and Step Functions write about why a message waits. */
const reasons = z.object({
  reason: text,
  message: text,
  error: z.object({ Error: text, Cause: text }).optional().catch(undefined),
  detail: z.object({ status: text, error: text }).optional().catch(undefined),
});

/** Returns the messages, oldest first. */
export function queueMessages(messages: readonly StoredMessage[]): QueueMessages {
  const oldest = messages.toSorted((a, b) => a.sentAt - b.sentAt);
  return { total: messages.length, rows: oldest.slice(0, SHOWN).map(rowOf) };
}

/** Returns the ids of the nodes that a message names, in any format. */
export function nodesIn(body: string): string[] {
  return [...new Set(body.match(NODE_IDS) ?? [])];
}

function rowOf({ messageId, body, sentAt, receives }: StoredMessage): QueueMessage {
  const reason = reasonOf(body);
  return {
    id: messageId,
    since: new Date(sentAt).toISOString(),
    nodeIds: nodesIn(body).slice(0, SHOWN_NODES),
    ...(reason !== undefined && { reason }),
    attempts: receives,
  };
}

/** Returns why a message waits, in one line. */
export function reasonOf(body: string): string | undefined {
  const { reason, message, error, detail } = reasons.safeParse(parseIfJson(body)).data ?? {};
  const parts = reason === undefined ? [error?.Error, error?.Cause ?? detail?.error] : [reason, message];
  return oneLine(parts.filter((part) => part !== undefined).join(": "));
}
