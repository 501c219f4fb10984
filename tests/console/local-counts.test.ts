import { expect } from "chai";
import { ExecutionCounts } from "../../local/console-source/execution-counts.ts";
import { nodesOfMessage } from "../../local/console-source/queue-nodes.ts";
import type { Execution } from "../../local/services/step-functions/execution.ts";

const references = [{ nodeId: "i-1" }, { nodeId: "i-2" }];
const messages: [what: string, message: unknown, nodes: string[]][] = [
  ["parked nodes", { references, reason: "SecurityHubUnavailable" }, ["i-1", "i-2"]],
  ["a quarantined node", { nodeId: "i-3", reason: "refused" }, ["i-3"]],
  ["an event about an instance", { detail: { "instance-id": "i-4" } }, ["i-4"]],
  ["an event about a resource", { detail: { "resource-id": "mi-5" } }, ["mi-5"]],
  ["a failed execution", { detail: { status: "FAILED", input: JSON.stringify({ references }) } }, ["i-1", "i-2"]],
  ["an execution whose input is too long", { detail: { status: "FAILED", input: null } }, []],
  ["another program", { detail: 7 }, []],
];

describe("the nodes in a message", () => {
  for (const [what, message, nodes] of messages) {
    it(`of ${what}`, () => {
      expect(nodesOfMessage(JSON.stringify(message))).to.deep.equal(nodes);
    });
  }

  it("that is no JSON are none", () => {
    expect(nodesOfMessage("{")).to.deep.equal([]);
  });
});

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
