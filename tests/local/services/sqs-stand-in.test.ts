import { expect } from "chai";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { queueSettings } from "../../../local/services/sqs/queue-settings.ts";
import { useClock } from "../../../local/run/clock.ts";
import { Queues } from "../../../local/services/sqs/sqs.ts";
import { ServiceError, type Caller } from "../../../local/gateway/stand-in.ts";

const ARN = "arn:aws:sqs:eu-west-1:111122223333:queue";
const URL = "http://127.0.0.1:1/111122223333/queue";
const CALLER: Caller = { roleArn: "arn:aws:iam::111122223333:role/any", account: "111122223333", region: "eu-west-1" };
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

interface Received {
  readonly Messages?: readonly { readonly Body: string; readonly MD5OfBody: string; readonly ReceiptHandle: string }[];
}

describe("SQS stand-in", () => {
  let queues: Queues;
  let releaseClock: () => void;
  beforeEach(async () => {
    releaseClock = useClock(Infinity);
    const resource = { type: "aws:sqs/queue:Queue", name: "queue", inputs: {}, id: URL, arn: ARN, region: "eu-west-1" };
    queues = await Queues.create([queueSettings(resource)]);
  });
  afterEach(async () => {
    await queues.close();
    releaseClock();
  });
  const call = (operation: string, input: object) => queues.call(operation, { QueueUrl: URL, ...input }, CALLER);
  const receive = async (input: object = {}) =>
    ((await call("ReceiveMessage", { MaxNumberOfMessages: 10, ...input })) as Received).Messages ?? [];
  const attributes = async () => {
    const answer = await call("GetQueueAttributes", {
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    });
    return (answer as { Attributes: Record<string, string> }).Attributes;
  };

  it("counts a message as visible again when its visibility time-out is over, without another request", async () => {
    await call("SendMessage", { MessageBody: "text" });
    expect(await receive({ VisibilityTimeout: 43_200 })).to.have.lengthOf(1);
    expect(await queues.counts(ARN)).to.deep.equal({ visible: 0, delayed: 0, inFlight: 1 });
    await setTimeout(43_200_000);
    expect(await queues.counts(ARN)).to.deep.equal({ visible: 1, delayed: 0, inFlight: 0 });
    expect(await attributes()).to.deep.equal({
      ApproximateNumberOfMessages: "1",
      ApproximateNumberOfMessagesNotVisible: "0",
    });
    expect(await receive()).to.have.lengthOf(1);
  });

  it("counts a message as visible when its delay is over", async () => {
    await call("SendMessage", { MessageBody: "text", DelaySeconds: 900 });
    expect(await queues.counts(ARN)).to.deep.equal({ visible: 0, delayed: 1, inFlight: 0 });
    await setTimeout(899_999);
    expect(await queues.counts(ARN)).to.deep.equal({ visible: 0, delayed: 1, inFlight: 0 });
    await setTimeout(1);
    expect((await attributes())["ApproximateNumberOfMessages"]).to.equal("1");
  });

  it("changes a visibility time-out, of one message and of a batch", async () => {
    for (const operation of ["ChangeMessageVisibility", "ChangeMessageVisibilityBatch"]) {
      await call("SendMessage", { MessageBody: operation });
      const [received] = await receive();
      const { ReceiptHandle } = received ?? {};
      const change = { ReceiptHandle, VisibilityTimeout: 43_200 };
      await call(operation, operation.endsWith("Batch") ? { Entries: [{ Id: "0", ...change }] } : change);
      await setTimeout(43_199_999);
      expect(await receive()).to.have.lengthOf(0);
      await setTimeout(1);
      const [again] = await receive();
      expect(again?.Body).to.equal(operation);
      await call("DeleteMessage", { ReceiptHandle: again?.ReceiptHandle });
    }
  });

  it("ends a long poll as soon as a message can be received", async () => {
    const began = Date.now();
    const poll = receive({ WaitTimeSeconds: 20 });
    await call("SendMessage", { MessageBody: "now" });
    expect([(await poll).map(({ Body }) => Body), Date.now() - began]).to.deep.equal([["now"], 0]);
    await call("SendMessage", { MessageBody: "later", DelaySeconds: 7 });
    expect(await receive({ WaitTimeSeconds: 5 })).to.deep.equal([]);
    expect(Date.now() - began).to.equal(5_000);
    const [later] = await queues.receive(ARN, 1, 20);
    expect([later?.Body, Date.now() - began]).to.deep.equal(["later", 7_000]);
  });

  it("refuses a visibility time-out that SQS refuses", async () => {
    for (const VisibilityTimeout of [-1, 43_201, 1.5, "1"]) {
      const refused = await receive({ VisibilityTimeout }).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(ServiceError).and.include({ code: "InvalidParameterValue" });
    }
  });

  const refused = ["\u0000", "\u0008", "\u000b", "\u001f", "\ud800", "\udc00", "\ufffe", "\uffff"];
  for (const character of refused) {
    const name = character.charCodeAt(0).toString(16).padStart(4, "0");
    it(`refuses a text with U+${name}`, async () => {
      for (const MessageBody of [`a${character}b`, `\u{1f600}${character}b`]) {
        const error = await call("SendMessage", { MessageBody }).catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(ServiceError).and.include({ code: "InvalidMessageContents" });
        const error2 = await queues.send(ARN, MessageBody).catch((thrown: unknown) => thrown);
        expect(error2).to.be.instanceOf(ServiceError).and.include({ code: "InvalidMessageContents" });
        const batch = await call("SendMessageBatch", {
          Entries: [
            { Id: "0", MessageBody },
            { Id: "1", MessageBody: "b" },
          ],
        });
        expect(batch).to.have.nested.property("Failed[0].Code", "InvalidMessageContents");
        expect(batch).to.have.nested.property("Successful[0].Id", "1");
      }
      expect((await queues.counts(ARN)).visible).to.equal(2);
    });
  }

  it("takes every other text as it is, with its checksum", async () => {
    const allowed = fc
      .integer({ min: 0x20, max: 0x10ffff })
      .filter((code) => code < 0xd800 || (code > 0xdfff && code < 0xfffe) || code > 0xffff)
      .map((code) => String.fromCodePoint(code));
    const edges = fc.constantFrom("\t", "\n", "\r", "\ud7ff", "\ue000", "\ue001", "\ufffd", "\u{10000}", "\u{10ffff}");
    const text = fc.string({ unit: fc.oneof(allowed, edges), minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(text, async (MessageBody) => {
        const sent = await call("SendMessage", { MessageBody });
        expect(sent).to.have.property("MD5OfMessageBody", md5(MessageBody));
        const batch = await call("SendMessageBatch", { Entries: [{ Id: "0", MessageBody }] });
        expect(batch).to.have.nested.property("Successful[0].MD5OfMessageBody", md5(MessageBody));
        expect((await queues.peek(ARN)).map(({ body }) => body)).to.deep.equal([MessageBody, MessageBody]);
        for (const { Body, MD5OfBody, ReceiptHandle } of await receive()) {
          expect([Body, MD5OfBody]).to.deep.equal([MessageBody, md5(MessageBody)]);
          await call("DeleteMessage", { ReceiptHandle });
        }
      }),
      { numRuns: 60 },
    );
  });
});
