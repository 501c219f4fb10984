import { expect } from "chai";
import fc from "fast-check";
import { changesOf, FinishedNodes } from "../../../local/run/report.ts";
import type { Execution } from "../../../local/services/step-functions/execution.ts";

const execution = (name: string): Execution => ({
  name,
  arn: name,
  stateMachineArn: "machine",
  status: "RUNNING",
  input: "{}",
  states: [],
  startDate: new Date(0),
  events: [],
  published: [],
  logged: [],
});
const change = (nodeId: string, action: string) => ({ nodeId, action, reason: "because" });

describe("FinishedNodes", () => {
  it("has the nodes of all changes, whenever it is asked", () => {
    const step = fc.record({
      at: fc.nat(2),
      nodeId: fc.constantFrom("i-1", "i-2", "i-3", "i-4"),
      action: fc.constantFrom("created", "unchanged"),
      isLogged: fc.boolean(),
      isAsked: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const finished = new FinishedNodes();
        const executions = ["a", "b", "c"].map(execution);
        for (const { at, nodeId, action, isLogged, isAsked } of steps) {
          const one = change(nodeId, action);
          if (isLogged) executions[at]?.logged.push(one);
          else executions[at]?.published.push({ changes: [one] });
          if (isAsked) finished.among(executions);
        }
        const expected = new Set(executions.flatMap(changesOf).map((each) => each.nodeId));
        expect([...finished.among(executions)]).to.have.members([...expected]);
      }),
    );
  });
});
