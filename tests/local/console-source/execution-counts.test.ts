import { expect } from "chai";
import { ExecutionCounts } from "../../../local/console-source/execution-counts.ts";
import type { Execution } from "../../../local/services/step-functions/execution.ts";

describe("the counts of executions", () => {
  const execution = (status: Execution["status"], states: string[], published: unknown[] = []): Execution => ({
    ...{ name: "e", arn: "arn", stateMachineArn: "arn", input: "{}", startDate: new Date(0) },
    ...{ events: [], logged: [] },
    status,
    states,
    published,
  });

  it("read each state and each output once", () => {
    let reads = 0;
    const published: unknown[] = [];
    const output = (): object => ({
      get rejected() {
        return ((reads += 1), [1, 2]);
      },
    });
    const running = execution("RUNNING", ["Gather"], published);
    const all = [running, execution("SUCCEEDED", ["Gather", "Publish"], [output()]), execution("ABORTED", [])];
    const counts = new ExecutionCounts();
    expect(counts.of(all)).to.deep.equal({
      executions: { running: 1, succeeded: 1, failed: 1 },
      states: { Gather: { entered: 2, now: 1 }, Publish: { entered: 1, now: 0 } },
      rejected: 2,
    });
    const readsAtFirst = reads;
    running.states.push("Publish");
    expect(counts.of(all)).to.deep.include({
      states: { Gather: { entered: 2, now: 0 }, Publish: { entered: 2, now: 1 } },
      rejected: 2,
    });
    expect(reads).to.equal(readsAtFirst);
    published.push(output());
    expect(counts.of(all).rejected).to.equal(4);
  });
});
