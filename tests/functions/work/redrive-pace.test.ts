import { expect } from "chai";
import fc from "fast-check";
import { MAX_NODES } from "../../../functions/compliance/reading.ts";
import type { NodeReference } from "../../../functions/work/node-reference.ts";
import {
  backOffMinutes,
  executionsFor,
  LONGEST_BACK_OFF_MINUTES,
  Slots,
} from "../../../functions/work/redrive-pace.ts";
import { FIXED, nodeId } from "../../fixtures/node-fixtures.ts";

const since = "2026-11-20T11:00:00.000Z";
const node = (moves: number, failures = 0, id = nodeId(1)): NodeReference => ({
  nodeId: id,
  attempts: 0,
  ...(moves > 0 && { redriveHistory: { since, moves, failures } }),
});
const batch = Array.from({ length: MAX_NODES }, (_, index) => node(0, 0, nodeId(index)));

describe("the pace of redrive: back-off", () => {
  for (const [what, references, redriveMinutes, minutes] of [
    ["a node that was never moved", [node(0)], 5, 0],
    ["one move", [node(1)], 5, 10],
    ["two moves", [node(2)], 5, 20],
    ["three moves", [node(3)], 5, 40],
    ["four moves", [node(4)], 5, 60],
    ["a million moves", [node(1_000_000)], 5, 60],
    ["one move, every minute", [node(1)], 1, 2],
    ["one move, every hour", [node(1)], 60, 60],
    ["moves after failures only", [node(3, 3)], 5, 0],
    ["one of three moves after an outage", [node(3, 2)], 5, 10],
    ["a new node among old ones", [node(4), node(0), node(9)], 5, 0],
    ["no node", [], 5, 0],
  ] as const) {
    it(`${what}: ${minutes} minutes`, () => {
      expect(backOffMinutes({ references, failed: false }, redriveMinutes)).to.equal(minutes);
    });
  }

  it("does not delay nodes whose execution failed: they go to quarantine after a few failures", () => {
    expect(backOffMinutes({ references: [node(9)], failed: true }, 5)).to.equal(0);
  });

  it("never ends before the next run, never exceeds its limit, and grows with the moves", () => {
    const moves = fc.integer({ min: 1, max: 1_000_000 });
    const interval = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(moves, interval, (k, redriveMinutes) => {
        const wait = backOffMinutes({ references: [node(k)], failed: false }, redriveMinutes);
        const next = backOffMinutes({ references: [node(k + 1)], failed: false }, redriveMinutes);
        expect(wait).to.be.within(redriveMinutes, LONGEST_BACK_OFF_MINUTES);
        expect(next).to.be.at.least(wait);
      }),
      FIXED,
    );
  });
});

describe("the pace of redrive: slots", () => {
  it("counts executions, and more of them for nodes that failed", () => {
    expect(executionsFor([])).to.equal(0);
    expect(executionsFor(batch)).to.equal(1);
    expect(executionsFor([...batch, node(1)])).to.equal(2);
    const failing = batch.map((each) => ({ ...each, redriveHistory: { since, moves: 3, failures: 3 } }));
    expect(executionsFor(failing)).to.equal(8);
    expect(executionsFor([...failing, node(1)])).to.equal(9);
  });

  for (const [redriveMinutes, batches, lastDelay] of [
    [1, 90, 59],
    [5, 450, 299],
    [15, 1_350, 899],
    [60, 5_400, 899],
  ] as const) {
    it(`sends ${batches} batches in a run every ${redriveMinutes} minutes, spread until the next`, () => {
      const slots = new Slots(redriveMinutes, 0);
      const delays: number[] = [];
      while (slots.free > 0) delays.push(slots.take(batch, 0));
      expect(delays).to.have.lengthOf(batches);
      expect([delays[0], delays.at(-1)]).to.deep.equal([0, lastDelay]);
      expect(delays).to.deep.equal(delays.toSorted((a, b) => a - b));
    });
  }

  it("leaves the first slots to what waits in the work queue, and counts the time that has passed", () => {
    const slots = new Slots(5, 150);
    expect(slots.free).to.equal(300);
    expect(slots.take(batch, 0)).to.equal(100);
    expect(slots.take(batch, 40)).to.equal(60);
    expect(slots.take(batch, 200)).to.equal(0);
    expect(slots.free).to.equal(297);
  });

  it("has none if the work queue is full", () => {
    for (const waiting of [450, 10_000, Infinity]) expect(new Slots(5, waiting).free).to.be.at.most(0);
  });

  it("gives only delays that SQS accepts", () => {
    const any = fc.record({
      redriveMinutes: fc.integer({ min: 1, max: 60 }),
      waiting: fc.nat(10_000),
      elapsed: fc.double({ min: 0, max: 300, noNaN: true }),
      taken: fc.nat(20),
    });
    fc.assert(
      fc.property(any, ({ redriveMinutes, waiting, elapsed, taken }) => {
        const slots = new Slots(redriveMinutes, waiting);
        for (let take = 0; take < taken; take++) slots.take(batch, elapsed);
        const delay = slots.take(batch, elapsed);
        expect(Number.isInteger(delay)).to.equal(true);
        expect(delay).to.be.within(0, Math.min(900, redriveMinutes * 60));
      }),
      FIXED,
    );
  });
});
