import { expect } from "chai";
import { historyOf } from "../../../local/console-source/executions.ts";
import type { Execution } from "../../../local/services/step-functions/execution.ts";

const NODE = "i-0a11c2e5d7f90b3a1";
const at = (minute: number) => Date.parse("2026-11-25T10:00:00Z") + minute * 60_000;

function execution(minute: number, parts: { readonly action?: string; readonly nodeId?: string }): Execution {
  const { action, nodeId = NODE } = parts;
  const changes = [{ nodeId, kind: "compliance", action, reason: "because" }];
  return {
    ...{ name: `e${minute}`, arn: "", stateMachineArn: "", status: "SUCCEEDED" },
    input: JSON.stringify({ references: [{ nodeId }] }),
    states: action === undefined ? ["Gather", "ParkForRedrive"] : ["Gather", "Publish"],
    startDate: new Date(at(minute)),
    events:
      action === undefined
        ? [
            { type: "StateCaught", state: "Gather", timestamp: at(minute), error: "ServiceUnavailable" },
            { type: "StateEntered", state: "ParkForRedrive", timestamp: at(minute) },
          ]
        : [{ type: "StateExited", state: "Publish", timestamp: at(minute) }],
    published: action === undefined ? [] : [{ changes }],
    logged: [],
  };
}

describe("the history of a finding in a local run", () => {
  it("has parkings and what people did, and of checks in a row without a change the newest", () => {
    const executions = [
      execution(0, { action: "open" }),
      execution(1, { action: "unchanged" }),
      execution(2, { action: "unchanged" }),
      execution(3, {}),
      execution(4, { nodeId: "i-0a22d3f6e8a01c4b2" }),
      execution(5, { action: "unchanged" }),
    ];
    const triage = { time: new Date(at(4)).toISOString(), action: "NOTIFIED by jane", reason: "" };
    const history = historyOf(executions, { nodeId: NODE, kind: "compliance" }, [triage]);
    expect(history.map(({ action, execution: name }) => [action, name])).to.deep.equal([
      ["unchanged", "e5"],
      ["NOTIFIED by jane", undefined],
      ["parked", "e3"],
      ["unchanged", "e2"],
      ["open", "e0"],
    ]);
    expect(history[2]?.reason).to.equal("moved to the outage queue after the error ServiceUnavailable");
  });
});
