import { expect } from "chai";
import { localSource } from "../../../local/console-source/local-source.ts";
import { parseOptions } from "../../../local/run/options.ts";
import { startRun, type Run } from "../../../local/run/run.ts";
import { nodeId } from "../../fixtures/node-fixtures.ts";

describe("replay of the local run's quarantine queue", function () {
  this.timeout(120_000);
  let run: Run;
  before(async () => void (run = await startRun(parseOptions(["--nodes", "3", "--time-scale", "300"]))));
  after(() => run.close());

  it("sends each message back to the work queue, and keeps what it could only send in part", async () => {
    const { quarantine, work } = run.program.queues;
    const references = [{ nodeId: nodeId(1), attempts: 0 }];
    await run.cloud.queues.send(quarantine, JSON.stringify({ nodeId: nodeId(1), reason: "refused", references }));
    await run.cloud.queues.send(quarantine, JSON.stringify({ reason: "too long", message: "the beginning of" }));
    const said = await localSource(run).operations?.replay?.();
    expect(said).to.equal(
      "1 message sent back to the work queue. 1 message stayed: the quarantine queue does not hold all of it.",
    );
    expect((await run.cloud.peek(quarantine)).map(({ body }) => body)).to.have.lengthOf(1);
    await run.cloud.drained();
    expect(await run.cloud.peek(work)).to.deep.equal([]);
    expect(run.cloud.executions().some(({ input }) => input.includes(nodeId(1)))).to.equal(true);
  });
});
