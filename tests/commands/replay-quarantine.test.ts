import { expect } from "chai";
import { replayQuarantine } from "../../commands/replay-quarantine.ts";
import { FakeQueue } from "../doubles/fake-queue.ts";
import { NODE, reference } from "../fixtures/node-fixtures.ts";

describe("replaying the quarantine queue", () => {
  it("sends the message in an entry and deletes the entry; keeps entries without a message", async () => {
    const entry = { reason: "r", references: [reference({ nodeId: NODE })] };
    const queue = new FakeQueue([{ body: JSON.stringify(entry) }, { body: '{"reason":"too long"}' }]);
    const lines: string[] = [];
    const done = await replayQuarantine(queue, { from: "q", to: "work", dryRun: false }, (line) => lines.push(line));
    expect(done).to.deep.equal({ replayed: 1, kept: 1 });
    expect(queue.sent).to.deep.equal([{ to: "work", message: { references: [reference({ nodeId: NODE })] } }]);
    expect(queue.left).to.equal(1);
    expect(lines).to.have.lengthOf(2);
  });

  it("only lists on a dry run", async () => {
    const queue = new FakeQueue([{ body: JSON.stringify({ reason: "r", references: [reference({ nodeId: NODE })] }) }]);
    const done = await replayQuarantine(queue, { from: "q", to: "work", dryRun: true }, () => undefined);
    expect([done.replayed, queue.sent.length, queue.left]).to.deep.equal([0, 0, 1]);
  });
});
