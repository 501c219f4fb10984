import { ReceiveMessageCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import fc from "fast-check";
import { messageText, queues } from "../../../functions/queues/queue.ts";
import { runTask } from "../../../functions/runtime/task.ts";
import { quarantineNode } from "../../../functions/work/quarantine.ts";
import { cleanText } from "../../../functions/runtime/text.ts";
import { FIXED, reference } from "../../fixtures/node-fixtures.ts";

/** All characters that SQS takes (API reference, SendMessage). */
const TAKEN = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
/** Each half of a surrogate pair stands alone as often as in a pair. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));
const edges = ["\ufffe", "\uffff", "\u0000", "\u001f", "\u007f", "\u009f", "\ud800", "\udfff", "\ufdd0", "\u{1fffe}"];

function recording(answer: object = {}) {
  const sent: { input: object }[] = [];
  const client = { send: (command: { input: object }) => (sent.push(command), Promise.resolve(answer)) };
  return { sent, queue: queues(client as unknown as SQSClient) };
}

describe("queue messages", () => {
  it("hold only characters that SQS accepts, and the same text for the reader", () => {
    const holds = (text: string) => {
      const body = messageText({ reason: text });
      expect(body).to.match(TAKEN);
      expect(JSON.parse(body)).to.deep.equal({ reason: text });
    };
    for (const edge of edges) holds(`a${edge}b`);
    fc.assert(fc.property(anyText, holds), { ...FIXED, numRuns: 500 });
  });

  it("are escaped by every method that sends", async () => {
    const { sent, queue } = recording();
    await queue.send("q", "\uffff");
    await queue.sendAfter("q", "\ufffe", 5);
    expect(sent.map(({ input }) => (input as SendMessageCommand["input"]).MessageBody)).to.deep.equal([
      '"\\uffff"',
      '"\\ufffe"',
    ]);
  });

  it("are received by long polling, because a short poll can miss messages", async () => {
    const { sent, queue } = recording();
    await queue.receive("q", 300);
    const { WaitTimeSeconds = 0, ...input } = (sent[0] as ReceiveMessageCommand).input;
    expect(WaitTimeSeconds).to.be.within(1, 20);
    expect(input).to.deep.include({ VisibilityTimeout: 300, MaxNumberOfMessages: 10 });
  });
});

describe("received messages", () => {
  it("are returned at once, in one call", async () => {
    const { sent, queue } = recording();
    await queue.returnAll("q", ["a", "b"]);
    expect(sent.map(({ input }) => input)).to.deep.equal([
      {
        QueueUrl: "q",
        Entries: [
          { Id: "0", ReceiptHandle: "a", VisibilityTimeout: 0 },
          { Id: "1", ReceiptHandle: "b", VisibilityTimeout: 0 },
        ],
      },
    ]);
  });

  it("are not counted as returned if SQS failed one of them", async () => {
    const { queue } = recording({ Failed: [{ Id: "1", Code: "InternalError", Message: "try again" }] });
    const failure = await queue.returnAll("q", ["a", "b"]).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error).with.property("message", "1 message not returned: InternalError try again");
  });
});

describe("waiting messages", () => {
  it("include delayed ones", async () => {
    const Attributes = { ApproximateNumberOfMessages: "7", ApproximateNumberOfMessagesDelayed: "5" };
    expect(await recording({ Attributes }).queue.waiting("q")).to.equal(12);
    expect(await recording().queue.waiting("q")).to.equal(0);
  });
});

describe("messages that the state machine sends", () => {
  // Step Functions writes JSON text without escapes: what its states hand on must be clean already.
  it("hold only characters that SQS accepts in every text", () => {
    const holds = (text: string) => {
      expect(cleanText(text, 500) ?? "").to.match(TAKEN);
      expect(JSON.stringify(quarantineNode(reference(), `no: ${text}`, text))).to.match(TAKEN);
    };
    for (const edge of edges) holds(`a${edge}b`);
    fc.assert(fc.property(anyText, holds), { ...FIXED, numRuns: 500 });
  });

  it("hold only such characters if a function fails", async () => {
    const failing = async (text: string) => {
      const error = Object.assign(new Error(text), { name: "ServiceError" });
      const logger = { appendKeys: () => undefined };
      const failed = () => Promise.reject(error);
      const thrown: unknown = await runTask({ execution: "x", input: {} }, logger, failed).catch((one: unknown) => one);
      expect(thrown).to.equal(error);
      expect(error.name).to.equal("ServiceError");
      expect(error.message.replaceAll("\ufffd", "")).to.match(TAKEN);
      expect(error.message.length).to.be.within(1, 1_000);
      expect(error.stack).to.match(TAKEN);
    };
    for (const edge of [...edges, "", "x".repeat(50_000)]) await failing(`a${edge}\n    at b${edge}`);
  });
});
