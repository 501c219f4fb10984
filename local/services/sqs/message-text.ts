/**
 * Message bodies in the form that the SQS emulator accepts. The emulator refuses every character above U+FFFF, which
 * SQS accepts (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html). They are
 * escaped in requests and restored in responses. The emulator refuses all other characters that SQS refuses.
 */
import { createHash } from "node:crypto";

const ESCAPE = "\uE000";
const END = "\uE001";
const ESCAPED = new RegExp(`${ESCAPE}([0-9a-f]+)${END}`, "g");

type Fields = Readonly<Record<string, unknown>>;

const escaped = (text: string): string =>
  text.replaceAll(/[\u{10000}-\u{10FFFF}\uE000]/gu, (character) => {
    return `${ESCAPE}${(character.codePointAt(0) ?? 0).toString(16)}${END}`;
  });

/** Returns the body that was sent. */
export const restored = (text: string): string =>
  text.replaceAll(ESCAPED, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));

/** Returns the request for the emulator, with the bodies of SendMessage and SendMessageBatch escaped. */
export function withEscapedBodies(request: Fields): Fields {
  const { MessageBody: body, Entries: entries } = request;
  return {
    ...request,
    ...(typeof body === "string" && { MessageBody: escaped(body) }),
    ...(Array.isArray(entries) && { Entries: entries.map((entry) => withEscapedBodies(Object(entry) as Fields)) }),
  };
}

/** Returns the emulator's response with the original bodies and their checksums. */
export function withOwnBodies(answer: unknown, request: Fields): unknown {
  const fields = Object(answer) as Fields;
  const { Successful: sent, Messages: received } = fields;
  const { MessageBody: body, Entries: entries } = request;
  const bodyOf = (id: unknown): unknown =>
    Array.isArray(entries) ? (entries as Fields[]).find(({ Id }) => Id === id)?.["MessageBody"] : undefined;
  return {
    ...fields,
    ...(typeof body === "string" && { MD5OfMessageBody: md5(body) }),
    ...(Array.isArray(sent) && {
      Successful: (sent as Fields[]).map((each) => {
        const own = bodyOf(each["Id"]);
        return typeof own === "string" ? { ...each, MD5OfMessageBody: md5(own) } : each;
      }),
    }),
    ...(Array.isArray(received) && { Messages: (received as Fields[]).map(restoredMessage) }),
  };
}

function restoredMessage(message: Fields): Fields {
  const { Body: body } = message;
  if (typeof body !== "string") return message;
  const own = restored(body);
  return { ...message, Body: own, MD5OfBody: md5(own) };
}

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
