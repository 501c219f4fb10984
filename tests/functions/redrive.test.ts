import { expect } from "chai";
import { countingIn } from "../doubles/counters.ts";
import { replayBody } from "../../commands/replay-quarantine.ts";
import { readParkedMessage } from "../../functions/work/parked-message.ts";
import { SecurityHubNotEnabled, SecurityHubUnavailable } from "../../functions/runtime/errors.ts";
import { MAX_FAILURES } from "../../functions/work/quarantine-rule.ts";
import { run, type RedriveOutput } from "../../functions/redrive.ts";
import { FakeQueue, NOW } from "../doubles/fake-queue.ts";

const NODE = "i-0123456789abcdef0";
const OTHER = "i-0fedcba9876543210";
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const reference = (nodeId: string, more: object = {}) => ({ nodeId, attempts: 0, ...more });
const body = (...references: object[]) => JSON.stringify({ references });
const parkedBecause = (reason: string, one: object, Cause?: string) =>
  JSON.stringify({ references: [one], reason, error: { Error: reason, ...(Cause !== undefined && { Cause }) } });
const failedExecution = (input: unknown) =>
  JSON.stringify({
    source: "aws.states",
    "detail-type": "Step Functions Execution Status Change",
    account: "111122223333",
    region: "eu-west-1",
    detail: { status: "TIMED_OUT", input: JSON.stringify(input) },
  });

interface Setting {
  readonly unavailable?: Error;
  readonly remaining?: () => number;
}

async function redrive(queue: FakeQueue, { unavailable, remaining = () => 300_000 }: Setting = {}) {
  const counted: string[] = [];
  const quiet = { info: () => undefined, warn: () => undefined };
  const output: RedriveOutput = await run({
    queue,
    destination: {
      name: "Security Hub",
      probe: () => (unavailable === undefined ? Promise.resolve() : Promise.reject(unavailable)),
    },
    scope: { region: "eu-west-1", account: "111122223333" },
    outageQueueUrl: "outage",
    workQueueUrl: "work",
    quarantineQueueUrl: "quarantine",
    redriveMinutes: 5,
    logger: quiet,
    counter: countingIn(counted),
    now: () => new Date(NOW),
    remaining,
  });
  return { output, counted };
}

const redriveHistories = (queue: FakeQueue, to: string) =>
  queue.sent
    .filter((sent) => sent.to === to)
    .flatMap(({ message }) => (message as { references: { nodeId: string; redriveHistory?: object }[] }).references);

describe("redrive", () => {
  it("does nothing, and does not call Security Hub, if the outage queue is empty", async () => {
    const { output, counted } = await redrive(new FakeQueue([]), { unavailable: new Error("not asked") });
    expect(output).to.deep.equal({ outcome: "empty", messages: 0, backingOff: 0 });
    expect(counted).to.deep.equal([]);
  });

  it("moves parked references to the work queue, with since, moves and failures; sends before it deletes", async () => {
    const queue = new FakeQueue([{ body: body(reference(NODE, { attempts: 3 })) }]);
    const { output } = await redrive(queue);
    expect(output).to.deep.equal({ outcome: "moved", messages: 1, backingOff: 0 });
    expect(redriveHistories(queue, "work")).to.deep.equal([
      reference(NODE, { redriveHistory: { since: "2026-11-20T11:59:00.000Z", moves: 1, failures: 0 } }),
    ]);
    expect(queue.log).to.deep.equal(["send work", "remove 1"]);
    expect(queue.left).to.equal(0);
  });

  it("deletes nothing if the send failed", async () => {
    const queue = new FakeQueue([{ body: body(reference(NODE)) }]);
    queue.failSends = true;
    const failure = await redrive(queue).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    expect(queue.left).to.equal(1);
  });

  it("drops repeated references, over all messages of a run", async () => {
    const queue = new FakeQueue([...Array<unknown>(25)].map(() => ({ body: body(reference(NODE), reference(OTHER)) })));
    await redrive(queue);
    expect(redriveHistories(queue, "work").map(({ nodeId }) => nodeId)).to.deep.equal([NODE, OTHER]);
    expect(queue.left).to.equal(0);
  });

  it("sends no message with more nodes than an execution takes", async () => {
    const many = [...Array<unknown>(10)].map((_, message) => ({
      body: body(...[...Array<unknown>(50)].map((__, node) => reference(`i-${10_000_000 + message * 50 + node}`))),
    }));
    const queue = new FakeQueue(many);
    await redrive(queue);
    const sizes = queue.sent.map(({ message }) => (message as { references: unknown[] }).references.length);
    expect(sizes).to.deep.equal(Array<number>(10).fill(50));
  });

  it("leaves the rest to the next run when its time is over", async () => {
    const queue = new FakeQueue(
      [...Array<unknown>(25)].map((_, index) => ({ body: body(reference(`i-${10_000_000 + index}`)) })),
    );
    let attempts = 0;
    await redrive(queue, { remaining: () => (attempts++ < 1 ? 300_000 : 10_000) });
    expect(queue.left).to.equal(15);
  });

  const failed = [
    { what: "a crashed function", message: { body: parkedBecause("Lambda.Unknown", reference(NODE)) } },
    { what: "a stopped execution", message: { body: failedExecution({ references: [reference(NODE)] }) } },
  ];
  for (const { what, message } of failed) {
    it(`counts ${what} as a failure`, async () => {
      const queue = new FakeQueue([message]);
      await redrive(queue);
      expect(redriveHistories(queue, "work").map(({ redriveHistory }) => redriveHistory)).to.deep.equal([
        { since: "2026-11-20T11:59:00.000Z", moves: 1, failures: 1 },
      ]);
    });
  }

  const waited = [
    { what: "parked work", message: { body: body(reference(NODE)) } },
    {
      what: "a dead letter that dispatch did not finish",
      message: { body: body(reference(NODE)), deadLetter: true },
    },
    { what: "a start that failed", message: { body: parkedBecause("ExecutionNotStarted", reference(NODE)) } },
  ];
  for (const { what, message } of waited) {
    it(`moves ${what} without limit: that is no failure of the node`, async () => {
      const redriveHistory = { since: "2026-11-01T00:00:00.000Z", moves: 999, failures: MAX_FAILURES - 1 };
      const before = JSON.parse(message.body) as { references: object[] };
      const again = JSON.stringify({ ...before, references: [reference(NODE, { redriveHistory })] });
      const queue = new FakeQueue([{ ...message, body: again, sentAt: NOW - HOUR_MS }]);
      await redrive(queue);
      expect(redriveHistories(queue, "work")).to.deep.equal([
        reference(NODE, { redriveHistory: { ...redriveHistory, moves: 1000 } }),
      ]);
    });
  }

  it("quarantines nodes that keep failing, with the last reason, ready for a replay", async () => {
    const redriveHistory = { since: "2026-11-01T00:00:00.000Z", moves: 9, failures: MAX_FAILURES - 1 };
    const cause = JSON.stringify({ errorType: "Runtime.OutOfMemory", errorMessage: "out of memory", trace: [] });
    const queue = new FakeQueue([
      { body: parkedBecause("Lambda.Unknown", reference(NODE, { redriveHistory }), cause) },
      { body: body(reference(OTHER)) },
    ]);
    await redrive(queue);
    expect(redriveHistories(queue, "work").map(({ nodeId }) => nodeId)).to.deep.equal([OTHER]);
    const [entry] = queue.sent
      .filter(({ to }) => to === "quarantine")
      .map(({ message }) => message as { reason: string; message: string });
    expect(entry?.reason).to.equal(
      `failed ${MAX_FAILURES} times since 2026-11-01T00:00:00.000Z, last at 2026-11-20T11:59:00.000Z`,
    );
    expect(entry?.message).to.equal("Lambda.Unknown: out of memory");
    expect(JSON.parse(replayBody(JSON.stringify(entry)) ?? "")).to.deep.equal({ references: [reference(NODE)] });
  });

  it("leaves messages that were sent after the run began to the next run", async () => {
    const queue = new FakeQueue([{ body: body(reference(NODE)), sentAt: NOW }, { body: body(reference(OTHER)) }]);
    const { output } = await redrive(queue);
    expect(output).to.deep.equal({ outcome: "moved", messages: 1, backingOff: 0 });
    expect(redriveHistories(queue, "work").map(({ nodeId }) => nodeId)).to.deep.equal([OTHER]);
    expect([queue.left, queue.visible]).to.deep.equal([1, 1]);
  });

  it("moves nodes even if the outage queue cannot be counted", async () => {
    const queue = new FakeQueue([{ body: body(reference(NODE)) }]);
    queue.waiting = () => Promise.reject(new Error("no"));
    const { output } = await redrive(queue);
    expect(output).to.deep.equal({ outcome: "moved", messages: 1, backingOff: 0 });
  });

  it("returns the remaining messages even if the run fails", async () => {
    const queue = new FakeQueue([{ body: body(reference(NODE)), sentAt: NOW }, { body: body(reference(OTHER)) }]);
    queue.failSends = true;
    await redrive(queue).catch(() => undefined);
    expect([queue.left, queue.visible]).to.deep.equal([2, 1]);
  });

  it("hides messages until the run ends, so that the next run repeats a crashed one", async () => {
    const queue = new FakeQueue([{ body: body(reference(NODE)) }]);
    await redrive(queue, { remaining: () => 299_500 });
    expect(queue.hiddenFor).to.deep.equal([300, 300]);
  });

  it("moves similar references separately, and a parked copy of a moved one too", async () => {
    const run = (operationId: string) => ({ document: "AWS-RunPatchBaseline", operationId });
    const redriveHistory = { since: "2026-11-20T11:00:00.000Z", moves: 1, failures: 0 };
    const messages = [...Array<unknown>(10)].map((_, index) => ({ body: body(reference(`i-${10_000_000 + index}`)) }));
    const queue = new FakeQueue([
      ...messages,
      { body: body(reference("i-10000000", { redriveHistory })), sentAt: NOW - HOUR_MS },
      { body: body(reference("i-10000001", { patchRun: run("a") })) },
      { body: body(reference("i-10000002")) },
    ]);
    await redrive(queue);
    expect(
      redriveHistories(queue, "work")
        .slice(10)
        .map(({ nodeId }) => nodeId),
    ).to.deep.equal(["i-10000000", "i-10000001"]);
    expect(queue.left).to.equal(0);
  });

  const unreadable = ["no JSON", "[]", '{"references":[{"nodeId":"../etc"}]}', failedExecution({ windowId: "mw-1" })];
  for (const text of unreadable) {
    it(`quarantines an unreadable message: ${text.slice(0, 40)}`, async () => {
      const queue = new FakeQueue([{ body: text }, { body: body(reference(NODE)) }]);
      await redrive(queue);
      expect(queue.sent.map(({ to }) => to)).to.deep.equal(["work", "quarantine"]);
      expect(replayBody(JSON.stringify(queue.sent[1]?.message))).to.equal(text);
    });
  }

  for (const error of [new SecurityHubUnavailable("500"), new SecurityHubNotEnabled("401")]) {
    it(`moves nothing on ${error.name}, counts it, and makes the messages visible again`, async () => {
      const queue = new FakeQueue([{ body: body(reference(NODE)) }]);
      const { output, counted } = await redrive(queue, { unavailable: error });
      expect(output).to.deep.equal({ outcome: "unavailable", messages: 0, backingOff: 0 });
      expect(counted).to.include(error.name);
      expect(queue.sent).to.deep.equal([]);
      expect(queue.visible).to.equal(1);
    });
  }

  it("sends only messages past half of their retention time again while Security Hub is unavailable", async () => {
    const sentAt = NOW - 8 * DAY_MS;
    const queue = new FakeQueue([{ body: body(reference(NODE)), sentAt }, { body: body(reference(OTHER)) }]);
    await redrive(queue, { unavailable: new SecurityHubUnavailable("500") });
    expect(redriveHistories(queue, "outage")).to.deep.equal([
      reference(NODE, { redriveHistory: { since: new Date(sentAt).toISOString(), moves: 0, failures: 0 } }),
    ]);
    expect(queue.left).to.equal(1);
  });
});

describe("redrive, while Security Hub is unavailable", () => {
  it("keeps the number of failures and the reason in the message that it sends again", async () => {
    const sentAt = NOW - 8 * DAY_MS;
    const queue = new FakeQueue([{ body: parkedBecause("Lambda.Unknown", reference(NODE)), sentAt }]);
    await redrive(queue, { unavailable: new SecurityHubUnavailable("500") });
    const [again] = queue.sent.map(({ message }) => JSON.stringify(message));
    expect(readParkedMessage(again ?? "", false, { account: "111122223333", region: "eu-west-1" })).to.deep.equal({
      references: [
        reference(NODE, { redriveHistory: { since: new Date(sentAt).toISOString(), moves: 0, failures: 1 } }),
      ],
      reason: "Renewed: Lambda.Unknown",
      failed: false,
    });
  });
});
