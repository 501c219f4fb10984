/** The answers of the SQS emulator, as far as they are read. */
import * as z from "zod";

export const messageSchema = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z.record(z.string(), z.unknown()).default({}),
});
export const receiveSchema = z.object({ Messages: z.array(messageSchema).default([]) });
export const storedSchema = z.object({
  messageId: z.string(),
  body: z.string(),
  sentTimestamp: z.number(),
  approximateReceiveCount: z.number(),
});
export const inspectSchema = z.object({
  messages: z.object({
    ready: z.array(storedSchema),
    delayed: z.array(storedSchema.extend({ delayUntil: z.number().default(0) })),
    inflight: z.array(z.object({ message: storedSchema, visibilityDeadline: z.number() })),
  }),
});
export const countAttributes = z.object({
  ApproximateNumberOfMessages: z.coerce.number(),
  ApproximateNumberOfMessagesDelayed: z.coerce.number(),
  ApproximateNumberOfMessagesNotVisible: z.coerce.number(),
});
export const attributesSchema = z.object({ Attributes: countAttributes });
export const someAttributes = z.object({ Attributes: z.record(z.string(), z.string()).default({}) });
export const sentBatchSchema = z.object({ Successful: z.array(z.unknown()).default([]) });
export const errorSchema = z.object({ __type: z.string(), message: z.string() });
