import { expect } from "chai";
import fc from "fast-check";
import { CHANGES } from "../../contract/changes.ts";
import {
  activityOf,
  operationText,
  activityText,
  OPERATIONS,
  type FindingChange,
  type Operation,
} from "../../presentation/activity/activity.ts";
import { hostileText } from "../fixtures/node-fixtures.ts";

const change = (time: string, action: string, nodeId = "i-1", kind = "compliance"): FindingChange => ({
  time: `2026-11-25T${time}Z`,
  action,
  kind,
  nodeId,
});
const operation = (time: string, what: Operation["what"], nodes = 1): Operation => ({
  time: `2026-11-25T${time}Z`,
  what,
  nodes,
});
const texts = (changes: readonly FindingChange[], operations: readonly Operation[] = []) =>
  activityOf(changes, operations).lines.map((line) => activityText(line, "UTC"));

describe("the activity", () => {
  it("is grouped by minute and kind, newest first", () => {
    const changes = [
      change("17:31:05", "closed", "i-1"),
      change("17:31:55", "closed", "i-2"),
      change("17:31:10", "closed", "i-3", "blindSpot"),
      change("17:32:00", "closed", "i-4"),
      change("17:29:59", "opened", "i-5"),
    ];
    expect(texts(changes, [operation("17:30:01", "patched", 2), operation("17:30:40", "patched", 3)])).to.deep.equal([
      "17:32 closed 1 finding",
      "17:31 closed 2 findings",
      "17:31 closed 1 blind spot",
      "17:30 patched 5 nodes",
      "17:29 opened 1 finding",
    ]);
  });

  it("has plain words for every change and operation", () => {
    expect(CHANGES.flatMap((action) => texts([change("10:00:00", action)]))).to.deep.equal([
      "10:00 opened 1 finding",
      "10:00 reopened 1 finding",
      "10:00 closed 1 finding",
      "10:00 1 finding has patches that are not accepted any more",
      "10:00 exceptions accepted all patches of 1 finding",
      "10:00 1 finding became overdue",
      "10:00 raised the severity of 1 finding",
      "10:00 lowered the severity of 1 finding",
      "10:00 updated 1 finding",
    ]);
    expect(OPERATIONS.flatMap((what) => texts([], [operation("10:00:00", what, 2)]))).to.deep.equal([
      "10:00 patched 2 nodes",
      "10:00 scanned 2 nodes",
      "10:00 Security Hub became unavailable",
      "10:00 Security Hub is available again",
      "10:00 redrive retried 2 nodes",
      "10:00 a sweep checked 2 nodes",
      "10:00 parked 2 nodes in the outage queue",
      "10:00 quarantined 2 nodes",
      "10:00 changed the workflow status of 2 findings",
    ]);
  });

  it("names the status of a triage, and the node if it is one", () => {
    const set = (status: string, nodeId: string) => ({ ...operation("10:00:00", "triage"), status, node: { nodeId } });
    const { lines } = activityOf([], [set("NOTIFIED", "i-1"), set("NOTIFIED", "i-2"), set("SUPPRESSED", "i-3")]);
    expect(lines.map(({ text, nodes }) => [text, nodes])).to.deep.equal([
      ["changed the workflow status of 2 findings to NOTIFIED", []],
      ["changed the workflow status of 1 finding to SUPPRESSED", [{ nodeId: "i-3" }]],
    ]);
  });

  it("groups thousands", () => {
    expect(operationText("patched", 5000)).to.equal("patched 5,000 nodes");
  });

  it("names at most 10 nodes, each once", () => {
    const changes = Array.from({ length: 30 }, (_, at) => change("10:00:00", "closed", `i-${at % 15}`));
    const [line] = activityOf(changes, []).lines;
    expect([line?.count, line?.nodes.length]).to.deep.equal([30, 10]);
  });

  it("is bounded, and says how much is older", () => {
    const changes = Array.from({ length: 90 }, (_, at) =>
      change(`1${Math.floor(at / 60)}:${String(at % 60).padStart(2, "0")}:00`, "closed"),
    );
    const { lines, older } = activityOf(changes, []);
    expect([lines.length, older, lines[0]?.minute]).to.deep.equal([50, 40, "2026-11-25T11:29:00.000Z"]);
  });

  it("takes any words, and leaves out unreadable times", () => {
    expect(texts([change("10:00:00", "<b>")])).to.deep.equal(["10:00 updated 1 finding"]);
    expect(texts([change("10:00", "constructor")])).to.deep.equal(["10:00 updated 1 finding"]);
    expect(texts([change("yesterday", "closed")])).to.deep.equal([]);
    const changes = fc.array(
      fc.record({ time: hostileText(), action: hostileText(), kind: hostileText(), nodeId: hostileText() }),
    );
    fc.assert(
      fc.property(changes, (some) => {
        for (const { text } of activityOf(some, []).lines) expect(text).to.match(/^updated \d+ findings?$/);
      }),
    );
  });
});
