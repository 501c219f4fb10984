import { expect } from "chai";
import { RESERVE_MS } from "../../functions/queues/drain.ts";
import type { QueueMessage } from "../../functions/queues/queue.ts";
import { asksForNow, RENEW_AFTER_MS, run } from "../../functions/redrive.ts";
import { SecurityHubUnavailable } from "../../functions/runtime/errors.ts";
import { MAX_NODES } from "../../functions/compliance/reading.ts";
import { countingIn } from "../doubles/counters.ts";
import { FakeQueue, NOW } from "../doubles/fake-queue.ts";
import { nodeId, SCOPE } from "../fixtures/node-fixtures.ts";

const MINUTE_MS = 60_000;
const INTERVAL_SECONDS = 300;
/** One run sends work for 1.5 executions a second. */
const MOST = 450;

interface Body {
  readonly references: readonly { readonly nodeId: string }[];
}
interface How {
  readonly now?: number;
  readonly skipsBackOff?: boolean;
  readonly unavailable?: boolean;
  readonly remaining?: () => number;
}

async function redrive(queue: FakeQueue, how: How = {}) {
  const { now = NOW, skipsBackOff, unavailable = false, remaining = () => 300_000 } = how;
  const counted: string[] = [];
  const ports = {
    queue,
    destination: {
      name: "Security Hub",
      probe: () => (unavailable ? Promise.reject(new SecurityHubUnavailable("500")) : Promise.resolve()),
    },
    scope: SCOPE,
    ...{ outageQueueUrl: "outage", workQueueUrl: "work", quarantineQueueUrl: "quarantine" },
    redriveMinutes: INTERVAL_SECONDS / 60,
    logger: { info: () => undefined, warn: () => undefined },
    counter: countingIn(counted),
    now: () => new Date(now),
    remaining,
  };
  return { output: await run(ports, skipsBackOff), counted };
}

/** Returns a parked batch of nodes that no other batch has. */
function batch(index: number, { moves = 0, nodes = MAX_NODES, parkedMinutes = 1 } = {}): Partial<QueueMessage> {
  const redriveHistory = { since: "2026-11-20T01:00:00.000Z", moves, failures: 0 };
  const references = Array.from({ length: nodes }, (_, node) => ({
    nodeId: nodeId(index * MAX_NODES + node),
    attempts: 0,
    ...(moves > 0 && { redriveHistory }),
  }));
  const reason = "SecurityHubNotEnabled";
  return { body: JSON.stringify({ references, reason }), sentAt: NOW - parkedMinutes * MINUTE_MS };
}

const batches = (count: number, from = 0, how: Parameters<typeof batch>[1] = {}) =>
  Array.from({ length: count }, (_, index) => batch(from + index, how));
const sentTo = (queue: FakeQueue, to: string) => queue.sent.filter((sent) => sent.to === to);
const nodesIn = (queue: FakeQueue, to: string) =>
  sentTo(queue, to).flatMap(({ message }) => (message as Body).references.map((each) => each.nodeId));

describe("recovery of a long outage queue", () => {
  it("takes at most 1.3 times as long as its 2,000 executions, and keeps the work queue short", async () => {
    const count = 2_000;
    const queue = new FakeQueue(batches(count));
    /** When each message of the work queue is visible, in seconds. */
    const work: number[] = [];
    let finished = 0;
    let longest = 0;
    let second = 0;
    queue.waiting = (url) => Promise.resolve(url === "work" ? work.length : 0);
    for (; finished < count && second < 10 * count; second++) {
      if (second % INTERVAL_SECONDS === 0) {
        const before = queue.sent.length;
        await redrive(queue, { now: NOW + second * 1_000 });
        work.push(...queue.sent.slice(before).map(({ delaySeconds = 0 }) => second + delaySeconds));
      }
      // Dispatch starts one execution a second.
      const next = work.findIndex((visible) => visible <= second);
      if (next !== -1) finished += work.splice(next, 1).length;
      longest = Math.max(longest, work.filter((visible) => visible <= second).length);
    }
    expect(new Set(nodesIn(queue, "work")).size).to.equal(count * MAX_NODES);
    expect(second).to.be.at.most(1.3 * count);
    // A fresh event waits for no more than these.
    expect(longest).to.be.at.most(MOST / 2);
  }).timeout(60_000);
});

describe("a run of redrive", () => {
  it("sends work for one interval, spread over it, and returns the rest at once", async () => {
    const queue = new FakeQueue(batches(700, 0, { parkedMinutes: 30 }));
    const { output } = await redrive(queue);
    const delays = sentTo(queue, "work").map(({ delaySeconds }) => delaySeconds ?? 0);
    expect(output).to.deep.equal({ outcome: "moved", messages: MOST, backingOff: 0 });
    expect(delays).to.deep.equal(Array.from({ length: MOST }, (_, index) => Math.floor(index / 1.5)));
    expect([queue.left, queue.visible]).to.deep.equal([250, 250]);
  });

  it("counts what waits in the work queue", async () => {
    const queue = new FakeQueue(batches(20));
    queue.waiting = (url) => Promise.resolve(url === "work" ? MOST - 15 : 0);
    const { output } = await redrive(queue);
    expect(output.messages).to.equal(15);
    expect(sentTo(queue, "work")[0]?.delaySeconds).to.equal(290);
    expect([queue.left, queue.visible]).to.deep.equal([5, 5]);
  });

  it("moves nothing while the work queue is full, but keeps messages from expiring", async () => {
    const old = { parkedMinutes: RENEW_AFTER_MS / MINUTE_MS + 1 };
    const queue = new FakeQueue([...batches(300), batch(300, old)]);
    queue.waiting = (url) => Promise.resolve(url === "work" ? MOST : 0);
    const first = await redrive(queue);
    expect(first.output).to.deep.equal({ outcome: "moved", messages: 0, backingOff: 0 });
    expect([queue.left, queue.visible]).to.deep.equal([301, 301]);
    const oldFirst = new FakeQueue([batch(300, old), ...batches(300)]);
    oldFirst.waiting = queue.waiting;
    const { output, counted } = await redrive(oldFirst);
    expect(output.messages).to.equal(1);
    expect(counted).to.include("RedriveWaiting");
    expect(oldFirst.sent.map(({ to }) => to)).to.deep.equal(["outage"]);
  });

  it("leaves nodes alone that came straight back, until their back-off ends", async () => {
    const again = batches(3, 0, { moves: 1, parkedMinutes: 9 });
    const queue = new FakeQueue([...again, batch(3, { moves: 1, parkedMinutes: 10 }), batch(4)]);
    const { output, counted } = await redrive(queue);
    expect(output).to.deep.equal({ outcome: "moved", messages: 2, backingOff: 3 });
    expect(counted).to.include("MessagesBackingOff");
    expect([queue.left, queue.visible]).to.deep.equal([3, 3]);
  });

  it("reaches new and due messages behind 1,900 that back off", async () => {
    const backingOff = batches(1_900, 0, { moves: 4, nodes: 1, parkedMinutes: 50 });
    const due = [...batches(50, 1_900), ...batches(50, 1_950, { moves: 4, parkedMinutes: 60 })];
    const queue = new FakeQueue([...backingOff, ...due]);
    const { output } = await redrive(queue);
    expect(output).to.deep.equal({ outcome: "moved", messages: 100, backingOff: 1_900 });
    expect(nodesIn(queue, "work")).to.have.lengthOf(100 * MAX_NODES);
    expect([queue.left, queue.visible]).to.deep.equal([1_900, 1_900]);
  });

  it("stops in time to return the messages that it hides", async () => {
    const queue = new FakeQueue(batches(1_900, 0, { moves: 4, nodes: 1 }));
    let left = 60_000;
    const { receive, returnAll } = queue;
    queue.receive = (...request) => ((left -= 500), receive(...request));
    queue.returnAll = (...request) => ((left -= 50), returnAll(...request));
    const { output } = await redrive(queue, { remaining: () => left });
    expect(output.backingOff).to.be.within(500, 1_000);
    expect(left).to.be.greaterThan(RESERVE_MS);
    expect(queue.visible).to.equal(1_900);
  });

  it("moves them at once if a person asks for it", async () => {
    expect(asksForNow({ now: true })).to.equal(true);
    for (const event of [{ source: "aws.events", time: "2026-11-20T12:00:00Z" }, { now: "true" }, null, "now"])
      expect(asksForNow(event)).to.equal(false);
    const queue = new FakeQueue(batches(500, 0, { moves: 9 }));
    const { output } = await redrive(queue, { skipsBackOff: true });
    expect(output).to.deep.equal({ outcome: "moved", messages: MOST, backingOff: 0 });
  });

  it("moves nothing during an outage, so the number of moves does not grow", async () => {
    const queue = new FakeQueue(batches(300, 0, { moves: 2 }));
    for (const skipsBackOff of [false, true]) {
      const { output } = await redrive(queue, { unavailable: true, skipsBackOff });
      expect(output).to.deep.equal({ outcome: "unavailable", messages: 0, backingOff: 0 });
    }
    expect(queue.sent).to.deep.equal([]);
    expect([queue.left, queue.visible]).to.deep.equal([300, 300]);
  });
});
