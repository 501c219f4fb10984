import { expect } from "chai";
import { countingIn } from "./counters.ts";
import { replayBody, replayQuarantine } from "../commands/replay-quarantine.ts";
import type { Queue, QueueMessage } from "../functions/aws/queue.ts";
import { SecurityHubNotEnabled, SecurityHubUnavailable } from "../functions/domain/errors.ts";
import { run, type RedriveOutput } from "../functions/redrive.ts";

const NODE = "i-0123456789abcdef0";
const OTHER = "i-0fedcba9876543210";
const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const DAY_MS = 24 * 60 * 60_000;
const reference = (nodeId: string, more: object = {}) => ({ nodeId, looks: 0, ...more });
const body = (...references: object[]) => JSON.stringify({ references });
const deadExecution = (input: unknown) =>
  JSON.stringify({
    source: "aws.states",
    "detail-type": "Step Functions Execution Status Change",
    detail: { status: "TIMED_OUT", input: JSON.stringify(input) },
  });

interface Sent {
  readonly to: string;
  readonly message: unknown;
}

/** A queue in memory that notes the order of what is done. */
class FakeQueue implements Queue {
  readonly sent: Sent[] = [];
  readonly log: string[] = [];
  readonly #messages: QueueMessage[];
  readonly #hidden = new Set<QueueMessage>();
  failSends = false;

  constructor(messages: readonly Partial<QueueMessage>[]) {
    this.#messages = messages.map((message, index) => ({
      body: "",
      receiptHandle: String(index),
      sentAt: NOW - 60_000,
      deadLetter: false,
      ...message,
    }));
  }

  sendAfter(): Promise<void> {
    return Promise.reject(new Error("nothing is delayed"));
  }

  get left(): number {
    return this.#messages.length;
  }

  waiting = (): Promise<number> => Promise.resolve(this.#messages.length - this.#hidden.size);

  receive = (): Promise<QueueMessage[]> => {
    const some = this.#messages.filter((message) => !this.#hidden.has(message)).slice(0, 10);
    for (const message of some) this.#hidden.add(message);
    return Promise.resolve(some);
  };

  send = (to: string, message: unknown): Promise<void> => this.sendText(to, JSON.stringify(message));

  sendText = (to: string, text: string): Promise<void> => {
    if (this.failSends) return Promise.reject(new Error("SQS is away"));
    this.log.push(`send ${to}`);
    this.sent.push({ to, message: JSON.parse(text) as unknown });
    return Promise.resolve();
  };

  remove = (_: string, messages: readonly QueueMessage[]): Promise<void> => {
    this.log.push(`remove ${messages.length}`);
    for (const message of messages) this.#messages.splice(this.#messages.indexOf(message), 1);
    return Promise.resolve();
  };

  returnAfter = (_: string, receiptHandle: string): Promise<void> => {
    for (const message of this.#hidden) if (message.receiptHandle === receiptHandle) this.#hidden.delete(message);
    return Promise.resolve();
  };
}

interface Setting {
  readonly away?: Error;
  readonly remaining?: () => number;
}

async function redrive(queue: FakeQueue, { away, remaining = () => 300_000 }: Setting = {}) {
  const counted: string[] = [];
  const quiet = { info: () => undefined, warn: () => undefined };
  const output: RedriveOutput = await run({
    queue,
    hub: { probe: () => (away === undefined ? Promise.resolve() : Promise.reject(away)) },
    scope: {
      partition: "aws",
      region: "eu-west-1",
      account: "111122223333",
      productName: "p",
      companyName: "c",
      hybridResourceType: "Other",
    },
    outageQueueUrl: "outage",
    workQueueUrl: "work",
    quarantineQueueUrl: "quarantine",
    logger: quiet,
    counter: countingIn(counted),
    now: () => new Date(NOW),
    remaining,
  });
  return { output, counted };
}

const detours = (queue: FakeQueue, to: string) =>
  queue.sent
    .filter((sent) => sent.to === to)
    .flatMap(({ message }) => (message as { references: { nodeId: string; detour?: object }[] }).references);

describe("redrive", () => {
  it("does nothing, and asks Security Hub nothing, while the outage queue is empty", async () => {
    const { output, counted } = await redrive(new FakeQueue([]), { away: new Error("not asked") });
    expect(output).to.deep.equal({ outcome: "empty", messages: 0 });
    expect(counted).to.deep.equal([]);
  });

  it("moves parked references to the work queue, with since, moves and deaths; sends before it deletes", async () => {
    const queue = new FakeQueue([{ body: body(reference(NODE, { looks: 3 })) }]);
    const { output } = await redrive(queue);
    expect(output).to.deep.equal({ outcome: "moved", messages: 1 });
    expect(detours(queue, "work")).to.deep.equal([
      reference(NODE, { detour: { since: "2026-11-20T11:59:00.000Z", moves: 1, deaths: 0 } }),
    ]);
    expect(queue.log).to.deep.equal(["send work", "remove 1"]);
    expect(queue.left).to.equal(0);
  });

  it("deletes nothing where the send failed", async () => {
    const queue = new FakeQueue([{ body: body(reference(NODE)) }]);
    queue.failSends = true;
    const failure = await redrive(queue).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    expect(queue.left).to.equal(1);
  });

  it("drops repeated references, over all messages of a run", async () => {
    const queue = new FakeQueue([...Array<unknown>(25)].map(() => ({ body: body(reference(NODE), reference(OTHER)) })));
    await redrive(queue);
    expect(detours(queue, "work").map(({ nodeId }) => nodeId)).to.deep.equal([NODE, OTHER]);
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
    let looks = 0;
    await redrive(queue, { remaining: () => (looks++ < 1 ? 300_000 : 10_000) });
    expect(queue.left).to.equal(15);
  });

  const dead = [
    { what: "a dead letter", message: { body: body(reference(NODE)), deadLetter: true } },
    { what: "a dead execution", message: { body: deadExecution({ references: [reference(NODE)] }) } },
  ];
  for (const { what, message } of dead) {
    it(`counts ${what} as a death, and parking not`, async () => {
      const queue = new FakeQueue([message, { body: body(reference(OTHER)) }]);
      await redrive(queue);
      const deaths = detours(queue, "work").map(({ detour }) => (detour as { deaths: number }).deaths);
      expect(deaths).to.deep.equal([1, 0]);
    });
  }

  it("quarantines what died more than three times, ready to be replayed", async () => {
    const detour = { since: "2026-11-01T00:00:00.000Z", moves: 9, deaths: 3 };
    const queue = new FakeQueue([{ body: body(reference(NODE, { detour }), reference(OTHER)), deadLetter: true }]);
    await redrive(queue);
    expect(detours(queue, "work").map(({ nodeId }) => nodeId)).to.deep.equal([OTHER]);
    const [entry] = queue.sent
      .filter(({ to }) => to === "quarantine")
      .map(({ message }) => message as { reason: string });
    expect(entry?.reason).to.match(/^died 4 times since 2026-11-01/);
    expect(JSON.parse(replayBody(JSON.stringify(entry)) ?? "")).to.deep.equal({ references: [reference(NODE)] });
  });

  const unreadable = ["no JSON", "[]", '{"references":[{"nodeId":"../etc"}]}', deadExecution({ windowId: "mw-1" })];
  for (const text of unreadable) {
    it(`quarantines what cannot be read: ${text.slice(0, 40)}`, async () => {
      const queue = new FakeQueue([{ body: text }, { body: body(reference(NODE)) }]);
      await redrive(queue);
      expect(queue.sent.map(({ to }) => to)).to.deep.equal(["work", "quarantine"]);
      expect(replayBody(JSON.stringify(queue.sent[1]?.message))).to.equal(text);
    });
  }

  for (const away of [new SecurityHubUnavailable("500"), new SecurityHubNotEnabled("401")]) {
    it(`moves nothing on ${away.name}, counts it, and leaves the messages to be found`, async () => {
      const queue = new FakeQueue([{ body: body(reference(NODE)) }]);
      const { output, counted } = await redrive(queue, { away });
      expect(output).to.deep.equal({ outcome: "away", messages: 0 });
      expect(counted).to.include(away.name);
      expect(queue.sent).to.deep.equal([]);
      expect(await queue.waiting()).to.equal(1);
    });
  }

  it("writes anew, while Security Hub is away, only what is past half of its retention time", async () => {
    const sentAt = NOW - 8 * DAY_MS;
    const queue = new FakeQueue([{ body: body(reference(NODE)), sentAt }, { body: body(reference(OTHER)) }]);
    await redrive(queue, { away: new SecurityHubUnavailable("500") });
    expect(detours(queue, "outage")).to.deep.equal([
      reference(NODE, { detour: { since: new Date(sentAt).toISOString(), moves: 0, deaths: 0 } }),
    ]);
    expect(queue.left).to.equal(1);
  });
});

describe("replaying the quarantine queue", () => {
  it("sends what an entry carries and deletes the entry; keeps what carries nothing", async () => {
    const entry = { reason: "r", references: [reference(NODE)] };
    const queue = new FakeQueue([{ body: JSON.stringify(entry) }, { body: '{"reason":"too long"}' }]);
    const lines: string[] = [];
    const done = await replayQuarantine(queue, { from: "q", to: "work", dryRun: false }, (line) => lines.push(line));
    expect(done).to.deep.equal({ replayed: 1, kept: 1 });
    expect(queue.sent).to.deep.equal([{ to: "work", message: { references: [reference(NODE)] } }]);
    expect(queue.left).to.equal(1);
    expect(lines).to.have.lengthOf(2);
  });

  it("only lists on a dry run", async () => {
    const queue = new FakeQueue([{ body: JSON.stringify({ reason: "r", references: [reference(NODE)] }) }]);
    const done = await replayQuarantine(queue, { from: "q", to: "work", dryRun: true }, () => undefined);
    expect([done.replayed, queue.sent.length, queue.left]).to.deep.equal([0, 0, 1]);
  });
});
