/** The reads of an execution end in time, and keep what was read. */
import { expect } from "chai";
import { useClock } from "../../../local/run/clock.ts";
import { readNodes } from "../../../functions/systems-manager/node-reader.ts";
import { withinTime } from "../../../functions/systems-manager/reading-time.ts";
import type { PatchData } from "../../../functions/systems-manager/systems-manager.ts";
import { patchItem, state, world } from "../../doubles/patch-data.ts";
import { nodeId, READ_AT, reference } from "../../fixtures/node-fixtures.ts";

const NODES = Array.from({ length: 12 }, (_, index) => nodeId(index + 1));

/** Reads nodes; from the given read on, the service throttles without end. */
async function readFrom(firstSlow: number) {
  const states = NODES.map((InstanceId) => state({ InstanceId, MissingCount: 1 }));
  const items = NODES.map((ResourceId) => patchItem({ ResourceId }));
  const { data } = world({ states, items });
  let reads = 0;
  const complianceItems: PatchData["complianceItems"] = (...request) =>
    (reads += 1) < firstSlow ? data.complianceItems(...request) : new Promise(() => undefined);
  const release = useClock(Infinity);
  const timed = withinTime({ ...data, complianceItems }, 120_000);
  const started = Date.now();
  try {
    const references = NODES.map((id) => reference({ nodeId: id }));
    const outcome: unknown = await readNodes(references, timed.data, () => new Date(READ_AT)).catch(
      (error: unknown) => error,
    );
    return { outcome, reads, seconds: (Date.now() - started) / 1000 };
  } finally {
    timed.end();
    release();
  }
}

describe("the time of an execution's reads", () => {
  it("keeps what was read when it is up; the other nodes count as throttled, and no other read begins", async () => {
    const { outcome, reads, seconds } = await readFrom(4);
    const readings = outcome as Awaited<ReturnType<typeof readNodes>>;
    expect(readings.filter(({ unread }) => unread === undefined)).to.have.length(3);
    const others = readings.filter(({ unread }) => unread !== undefined);
    expect(others.every(({ transient, throttled }) => transient === true && throttled === true)).to.equal(true);
    expect([reads, seconds]).to.deep.equal([3 + 5, 120]);
  });

  it("fails as throttled if nothing was read, so that the state machine retries", async () => {
    expect((await readFrom(0)).outcome).to.have.property("name", "SystemsManagerThrottled");
  });
});
