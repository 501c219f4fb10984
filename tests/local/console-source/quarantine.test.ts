import { expect } from "chai";
import { QuarantineReader } from "../../../local/console-source/quarantine.ts";
import type { StoredMessage } from "../../../local/services/sqs/sqs.ts";
import type { Run } from "../../../local/run/run.ts";

const [NODE, OTHER] = ["i-0a11c2e5d7f90b3a1", "i-0a22d3f6e8a01c4b2"];
const message = (messageId: string, body: object): StoredMessage => ({
  messageId,
  body: JSON.stringify(body),
  sentAt: Date.parse("2026-11-25T10:00:00Z"),
  receives: 0,
});

/** A run with only a quarantine queue. */
function runWith(held: StoredMessage[]) {
  const calls = { peeks: 0 };
  const cloud = {
    counts: () => Promise.resolve({ visible: held.length, delayed: 0, inFlight: 0 }),
    usage: { messages: 7 },
    peek: () => {
      calls.peeks += 1;
      return Promise.resolve([...held]);
    },
  };
  const run = { cloud, program: { queues: { quarantine: "q" } } } as unknown as Pick<Run, "cloud" | "program">;
  return { reader: new QuarantineReader(run), calls };
}

describe("the quarantine queue in a local run", () => {
  it("tells why a node is in it, and reads it only if it may have changed", async () => {
    const { reader, calls } = runWith([message("1", { nodeId: NODE, reason: "invalid", message: "too long" })]);
    expect(await reader.reasonOf(NODE)).to.equal("invalid: too long");
    expect(await reader.reasonOf(OTHER)).to.equal(undefined);
    expect(calls.peeks).to.equal(1);
  });

  it("tells each message once, with its time and nodes", async () => {
    const held = [message("1", { references: [{ nodeId: NODE }, { nodeId: OTHER }], reason: "failed" })];
    const { reader } = runWith(held);
    const first = { time: "2026-11-25T10:00:00.000Z", nodes: 2 };
    expect(await reader.added()).to.deep.equal([first]);
    expect(await reader.added()).to.deep.equal([]);
    held.push(message("2", { nodeId: NODE, reason: "failed" }), message("3", { hello: 1 }));
    expect(await reader.added()).to.deep.equal([{ ...first, nodes: 1 }]);
  });
});
