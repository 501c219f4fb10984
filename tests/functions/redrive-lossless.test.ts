import { expect } from "chai";
import fc from "fast-check";
import type { Queue, QueueMessage } from "../../functions/queues/queue.ts";
import { run } from "../../functions/redrive.ts";
import { NO_METRICS } from "../doubles/counters.ts";
import { FIXED, nodeId, SCOPE } from "../fixtures/node-fixtures.ts";

interface Stored extends QueueMessage {
  hidden: boolean;
}
type QueueName = "outage" | "work" | "quarantine";
interface Body {
  readonly references: readonly { readonly nodeId: string }[];
}

const RUN_MS = 285_000;
/** Longer than the longest back-off. */
const LONG_MS = 3_700_000;

class Crash extends Error {}

/**
 * Three queues and what happens around them while redrive runs: before each call the script decides whether an
 * execution takes work and parks it again or finishes it, hidden messages show again, time passes, or the function crashes.
 */
class World {
  readonly queues: Record<QueueName, Stored[]> = { outage: [], work: [], quarantine: [] };
  readonly done = new Set<string>();
  clock = Date.parse("2026-11-20T12:00:00.000Z");
  #script: readonly number[];
  #step = 0;
  #receipts = 0;
  #deadline = 0;

  constructor(script: readonly number[]) {
    this.#script = script;
  }

  put(queue: QueueName, body: string): void {
    const receiptHandle = String(this.#receipts++);
    this.queues[queue].push({ body, receiptHandle, sentAt: this.clock, deadLetter: false, hidden: false });
  }

  /** Every node whose work is neither done nor in a queue. */
  lost(nodeIds: readonly string[]): string[] {
    const kept = new Set(Object.values(this.queues).flatMap((messages) => messages.flatMap(nodesIn)));
    return nodeIds.filter((id) => !kept.has(id) && !this.done.has(id));
  }

  async redrive(): Promise<void> {
    this.#deadline = this.clock + RUN_MS;
    await run({
      queue: this.#queue(),
      destination: { name: "Security Hub", probe: () => Promise.resolve() },
      scope: SCOPE,
      outageQueueUrl: "outage",
      workQueueUrl: "work",
      quarantineQueueUrl: "quarantine",
      redriveMinutes: 5,
      logger: { info: () => undefined, warn: () => undefined },
      counter: NO_METRICS,
      now: () => new Date(this.clock),
      remaining: () => this.#deadline - this.clock,
    }).catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
    });
  }

  /** Runs redrive without disturbances: it moves all remaining work, and the work is done. */
  async settle(): Promise<void> {
    this.#script = [];
    for (let round = 0; round < 3; round++) {
      this.#showHidden();
      this.clock += LONG_MS;
      await this.redrive();
      while (this.queues.work.length > 0) this.#execute("finishes");
    }
  }

  #execute(how: "finishes" | "parks" | "fails"): void {
    const message = this.queues.work.shift();
    if (message === undefined) return;
    if (how === "finishes") for (const id of nodesIn(message)) this.done.add(id);
    else {
      const reason = how === "parks" ? "SecurityHubUnavailable" : "Lambda.Unknown";
      this.put("outage", JSON.stringify({ ...(JSON.parse(message.body) as Body), reason }));
    }
  }

  #showHidden(): void {
    for (const message of this.queues.outage) message.hidden = false;
  }

  /** @returns whether the function crashes now */
  #meanwhile(): boolean {
    const choice = this.#script[this.#step++] ?? -1;
    if (choice === 0) this.#execute("parks");
    if (choice === 1) this.#execute("fails");
    if (choice === 2) this.#execute("finishes");
    if (choice === 3) this.#showHidden();
    if (choice === 4) this.clock += 30_000;
    if (choice === 6) this.clock += LONG_MS;
    // Most calls take a moment; some messages come back within the same millisecond.
    if (choice % 2 === 1) this.clock += 1;
    return choice === 5;
  }

  /** A call may fail before its effect or after it. */
  #call<Answer>(effect: () => Answer): Promise<Answer> {
    if (this.#meanwhile()) return Promise.reject(new Crash());
    const answer = effect();
    return this.#meanwhile() ? Promise.reject(new Crash()) : Promise.resolve(answer);
  }

  #queue(): Queue {
    const { outage } = this.queues;
    const unused = () => Promise.reject(new Error("redrive does not do this"));
    const send = (to: string, message: unknown) => this.#call(() => this.put(to as QueueName, JSON.stringify(message)));
    return {
      // Delays do not matter here: an execution takes work at any time.
      sendAfter: send,
      sendText: unused,
      send,
      // The counts of SQS are approximate: here they are always wrong, and some leave redrive nothing to move.
      waiting: () => Promise.resolve((this.#script[this.#step] ?? 0) * 56),
      receive: () =>
        this.#call(() => {
          const some = outage.filter(({ hidden }) => !hidden).slice(0, 10);
          for (const message of some) message.hidden = true;
          return [...some];
        }),
      remove: (_, messages) =>
        this.#call(() => {
          for (const { receiptHandle } of messages) this.#forget(receiptHandle);
        }),
      returnAfter: unused,
      returnAll: (_, receiptHandles) =>
        this.#call(() => {
          for (const message of outage) if (receiptHandles.includes(message.receiptHandle)) message.hidden = false;
        }),
    };
  }

  #forget(receiptHandle: string): void {
    const { outage } = this.queues;
    const index = outage.findIndex((message) => message.receiptHandle === receiptHandle);
    if (index !== -1) outage.splice(index, 1);
  }
}

function nodesIn({ body }: Pick<Stored, "body">): string[] {
  return (JSON.parse(body) as Body).references.map((reference) => reference.nodeId);
}

describe("redrive loses nothing", () => {
  const scripts = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 120 });
  const parkings = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 8 }), {
    minLength: 1,
    maxLength: 25,
  });

  it("if messages return, show again or the function crashes while it runs", async () => {
    await fc.assert(
      fc.asyncProperty(parkings, scripts, async (messages, script) => {
        const world = new World(script);
        for (const nodes of messages) {
          const references = nodes.map((node) => ({ nodeId: nodeId(node), attempts: 0 }));
          world.put("outage", JSON.stringify({ references, reason: "SecurityHubUnavailable" }));
        }
        world.clock += 60_000;
        const all = [...new Set(messages.flat())].map((node) => nodeId(node));
        for (let round = 0; round < 4; round++) {
          await world.redrive();
          expect(world.lost(all), "neither done nor in a queue").to.deep.equal([]);
        }
        await world.settle();
        expect(world.queues.outage, "left in the outage queue").to.deep.equal([]);
        expect(world.lost(all), "neither done nor quarantined").to.deep.equal([]);
      }),
      { ...FIXED, numRuns: 1_000 },
    );
  });

  it("if work that this run moved is parked again while it runs", async () => {
    const world = new World([...Array<number>(40)].map((_, step) => (step % 4 === 3 ? 0 : 7)));
    for (let node = 0; node < 30; node++) {
      world.put("outage", JSON.stringify({ references: [{ nodeId: nodeId(node), attempts: 0 }] }));
    }
    world.clock += 60_000;
    await world.redrive();
    expect(world.lost([...Array<unknown>(30)].map((_, node) => nodeId(node)))).to.deep.equal([]);
  });
});
