import { expect } from "chai";
import type { Report } from "../../../local/run/report.ts";
import { resultText } from "../../../local/run/result-text.ts";

const CALM = { name: "calm", status: "SUCCEEDED", states: ["Gather", "Publish", "Done"], nodes: 3 };
const PARKED = { ...CALM, states: ["Gather", "Publish", "ParkForRedrive", "Done"] };

function report(executions: Report["executions"], outage = 0): Report {
  return {
    schema: 1,
    findings: [],
    changes: [],
    executions,
    queues: { work: 0, outage, quarantine: 0 },
    quarantined: [],
    apiCalls: {},
    usage: { messages: 0, transitions: 0, functions: {}, metrics: [] },
    denied: [],
    durationMs: 1500,
  };
}

const lastLines = (result: Report): string[] =>
  resultText(result, { neverScanned: [], unmatched: 0 }).split("\n").slice(-2);

describe("the result of a run", () => {
  it("says how many executions parked their nodes, and that redrive moved them back", () => {
    expect(lastLines(report([CALM, PARKED]))).to.deep.equal([
      "parked: 1 execution moved nodes to the outage queue; redrive moved them back",
      "2 executions in 1.5 s; messages left: work 0, outage 0, quarantine 0",
    ]);
  });

  it("does not claim that redrive moved all back while messages wait", () => {
    expect(lastLines(report([PARKED, PARKED], 1))[0]).to.equal("parked: 2 executions moved nodes to the outage queue");
  });

  it("does not mention parking after a run without an outage", () => {
    expect(resultText(report([CALM]), { neverScanned: [], unmatched: 0 })).to.not.include("parked");
  });
});
