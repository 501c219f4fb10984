import { expect } from "chai";
import type { Screen } from "../../../command-line/screen.ts";
import { LiveLines } from "../../../local/run/live-lines.ts";
import type { FindingChange, Operation } from "../../../presentation/activity/activity.ts";

const PLAIN: Screen = { color: false };
const at = (second: number) => `2026-11-25T17:31:${String(second).padStart(2, "0")}.250Z`;
const closed = (index: number, more: Partial<FindingChange> = {}): FindingChange => ({
  time: at(5),
  action: "closed",
  kind: "compliance",
  nodeId: `i-${index}`,
  ...more,
});
const patched: Operation = { time: at(1), what: "patched", nodes: 5 };

function lines(changes: readonly FindingChange[], operations: readonly Operation[] = [], screen = PLAIN): string[] {
  const live = new LiveLines();
  live.add({ changes, operations });
  return live.take(screen);
}

describe("the live lines of npm start", () => {
  it("has one line per event in plain words, oldest first", () => {
    const events = lines(
      [
        closed(1, { name: "web-1", reason: "compliant after the run of 2026-11-25T17:30:00Z" }),
        closed(2, { kind: "blindSpot", action: "opened", time: at(9) }),
      ],
      [patched, { time: at(7), what: "outage began", nodes: 0 }],
    );
    expect(events).to.deep.equal([
      "17:31:01 patched 5 nodes",
      "17:31:05 closed the finding of web-1 (i-1): compliant after the run of 25 Nov 2026, 17:30 UTC",
      "17:31:07 Security Hub became unavailable",
      "17:31:09 opened the blind spot of i-2",
    ]);
  });

  it("counts more than 5 changes at once", () => {
    const many = Array.from({ length: 500 }, (_, index) => closed(index));
    const others = [closed(501, { action: "opened", time: at(2) }), closed(502, { kind: "blindSpot" })];
    expect(lines([...others, ...many], [patched, patched])).to.deep.equal([
      "17:31:01 patched 10 nodes",
      "17:31:02 opened 1 finding",
      "17:31:05 closed 1 blind spot",
      "17:31:05 closed 500 findings",
    ]);
    expect(lines(many.slice(0, 5))).to.have.length(5);
  });

  it("names the status and the node of a triage", () => {
    const set: Operation = {
      ...patched,
      what: "triage",
      nodes: 1,
      status: "NOTIFIED",
      node: { nodeId: "i-1", name: "web-1" },
    };
    const words = "17:31:01 changed the workflow status of";
    expect(lines([], [set])).to.deep.equal([`${words} 1 finding to NOTIFIED: web-1 (i-1)`]);
    expect(lines([], [set, set])).to.deep.equal([`${words} 2 findings to NOTIFIED`]);
  });

  it("has the date before the first event of another day", () => {
    const live = new LiveLines();
    live.add({ changes: [closed(1)], operations: [] });
    expect(live.take(PLAIN)).to.have.length(1);
    live.add({ changes: [closed(2, { time: "2026-11-26T00:00:01Z" })], operations: [] });
    expect(live.take(PLAIN)).to.deep.equal(["26 Nov 2026:", "00:00:01 closed the finding of i-2"]);
  });

  it("returns each event once", () => {
    const live = new LiveLines();
    expect(live.take(PLAIN)).to.deep.equal([]);
    live.add({ changes: [closed(1)], operations: [] });
    expect(live.take(PLAIN)).to.have.length(1);
    expect(live.take(PLAIN)).to.deep.equal([]);
  });

  it("fits the terminal, and colors only the severity", () => {
    const opened = closed(1, { action: "opened", reason: "HIGH: the patch baseline sets the compliance level HIGH" });
    expect(lines([opened], [], { columns: 40, color: true })).to.deep.equal([
      "17:31:05 opened the finding of i-1:",
      "         \u001b[30;48;5;178mHIGH\u001b[0m: the patch baseline sets",
      "         the compliance level HIGH",
    ]);
  });

  it("prints hostile names and reasons harmlessly, and shortens long ones", () => {
    const [line = ""] = lines([closed(1, { name: `\u001b[2J\u202e${"x".repeat(9_000)}`, reason: "a\nb\u0007" })]);
    expect(line).to.match(/^17:31:05 closed the finding of {2}\[2J x+… \(i-1\): a b $/);
    expect(line.length).to.be.below(120);
  });
});
