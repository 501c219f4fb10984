import { expect } from "chai";
import type { NodeReference } from "../../../functions/work/node-reference.ts";
import { nodeId, reference } from "../../fixtures/node-fixtures.ts";
import { execution } from "../../fixtures/node-pipeline.ts";
import { failure, state, type World } from "../../doubles/patch-data.ts";
import { LAST_ATTEMPT } from "../../fixtures/verdict-table.ts";

const NODE = nodeId(1);
/** Reads the node beside one without errors: if no node can be read, Gather fails. */
const HEALTHY = nodeId(2);
const STATES = [NODE, HEALTHY].map((InstanceId) => state({ InstanceId }));

const failing = (error: Error): World => ({
  states: STATES,
  fails: (call, [id]) => (call.startsWith("items") && id === NODE ? error : undefined),
});
const throttled = failing(failure("ThrottlingException"));
const noAnswer = failing(failure("InternalServerError", 500));
const broken = failing(failure("InvalidFilter"));
const late: World = { states: [state({ InstanceId: HEALTHY })] };

/** The outcome of the node in one execution: the message that brings it again, or its end. */
async function attempt(given: World, one: NodeReference) {
  const { evaluated } = await execution(given, [one, reference({ nodeId: HEALTHY })]);
  const [waiting] = evaluated.notReady;
  const next = waiting?.references.find(({ nodeId: id }) => id === NODE);
  return { next, delay: waiting?.delaySeconds, quarantined: evaluated.invalid.map(({ nodeId: id }) => id) };
}

/** Attempts one after the other, each with the message of the one before. */
async function sequence(worlds: readonly World[], from = reference({ nodeId: NODE })) {
  let current: NodeReference | undefined = from;
  const attempts: number[] = [];
  for (const given of worlds) {
    if (current === undefined) throw new Error(`the node did not come again after ${attempts.length} attempts`);
    const { next, quarantined } = await attempt(given, current);
    if (quarantined.length > 0) return { attempts, quarantined };
    current = next;
    if (next !== undefined) attempts.push(next.attempts);
  }
  return { attempts, quarantined: [], next: current };
}

describe("attempts that count", () => {
  const soon = (delay = 0) => delay >= 5 && delay <= 20;
  const later = (delay = 0) => delay === 120;
  for (const [name, { given, when }] of Object.entries({
    throttled: { given: throttled, when: soon },
    noAnswer: { given: noAnswer, when: later },
  })) {
    it(`${name} for any time: is read again ${when === soon ? "soon" : "after 2 minutes"}, and never quarantined`, async () => {
      const patient = await sequence(Array<World>(50).fill(given));
      expect(patient).to.deep.include({ attempts: Array(50).fill(0), quarantined: [] });
      const last = await attempt(given, reference({ nodeId: NODE, attempts: LAST_ATTEMPT }));
      expect(last.next?.attempts).to.equal(LAST_ATTEMPT);
      expect(last.delay).to.satisfy(when);
    });

    it(`${name} many times, then an error about the node: tried again`, async () => {
      const { attempts, quarantined } = await sequence([...Array<World>(20).fill(given), broken]);
      expect([attempts.at(-1), quarantined]).to.deep.equal([1, []]);
    });
  }

  it("counts errors about the node, with outages in between", async () => {
    const worlds = Array.from({ length: LAST_ATTEMPT }, () => [throttled, broken]).flat();
    const { attempts, next } = await sequence(worlds);
    expect(attempts).to.deep.equal([0, 1, 1, 2, 2, 3, 3, 4, 4, 5]);
    expect(await attempt(broken, next ?? reference())).to.deep.include({ next: undefined, quarantined: [NODE] });
  });

  it("counts late data, after growing delays", async () => {
    const delays: (number | undefined)[] = [];
    let current: NodeReference = reference({ nodeId: NODE });
    for (let count = 0; count < LAST_ATTEMPT; count += 1) {
      const { next, delay } = await attempt(late, current);
      delays.push(delay);
      current = next ?? current;
    }
    expect([current.attempts, delays]).to.deep.equal([LAST_ATTEMPT, [15, 45, 120, 240, 480]]);
  });
});
