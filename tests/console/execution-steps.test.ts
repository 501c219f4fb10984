import { expect } from "chai";
import type { ListedEvent } from "../../console/api.ts";
import { stepsOf, transitionsOf } from "../../console/page/execution-steps.ts";

const event = (type: string, state: string, timestamp: number, more: Partial<ListedEvent> = {}): ListedEvent => ({
  type,
  state,
  timestamp,
  ...more,
});
const entered = (state: string, at: number, more: Partial<ListedEvent> = {}) => event("StateEntered", state, at, more);
const exited = (state: string, at: number, more: Partial<ListedEvent> = {}) => event("StateExited", state, at, more);
const failed = (state: string, at: number, error: string) => event("StateFailed", state, at, { error, cause: "why" });

describe("steps of an execution", () => {
  it("keep order, input, output and time", () => {
    const [first, second] = stepsOf([
      { type: "ExecutionStarted", timestamp: 0 },
      entered("A", 10, { hasPayload: true }),
      exited("A", 25, { hasPayload: true }),
      entered("B", 26, { hasPayload: true }),
    ]);
    expect(first).to.deep.equal({
      state: "A",
      outcome: "succeeded",
      tookMs: 15,
      retries: [],
      input: 1,
      output: 2,
    });
    expect(second).to.deep.equal({ state: "B", outcome: "running", retries: [], input: 3 });
  });

  const outcomes: [what: string, events: ListedEvent[], outcome: string, retries: number, caught: boolean][] = [
    [
      "retried, then done",
      [entered("A", 0), failed("A", 1, "Unavailable"), event("StateRetried", "A", 2), exited("A", 3)],
      "succeeded",
      1,
      false,
    ],
    [
      "entered again for each retry",
      [entered("A", 0), failed("A", 1, "Unavailable"), event("StateRetried", "A", 2), entered("A", 2), exited("A", 3)],
      "succeeded",
      1,
      false,
    ],
    ["waiting for its retry", [entered("A", 0), failed("A", 1, "Unavailable")], "failed", 1, false],
    [
      "caught",
      [entered("A", 0), failed("A", 1, "Unavailable"), event("StateCaught", "A", 2), exited("A", 3)],
      "caught",
      0,
      true,
    ],
  ];
  for (const [what, events, outcome, retries, caught] of outcomes) {
    it(`know a state that was ${what}`, () => {
      const [step] = stepsOf(events);
      expect([step?.outcome, step?.retries.length, step?.caught !== undefined]).to.deep.equal([
        outcome,
        retries,
        caught,
      ]);
    });
  }

  const causes: [cause: string, shown: string][] = [
    [JSON.stringify({ errorType: "Unavailable", errorMessage: "500", trace: ["a"] }), "500"],
    ["plain words", "plain words"],
    ["null", "null"],
    [JSON.stringify({ errorMessage: 5 }), '{"errorMessage":5}'],
  ];
  for (const [cause, shown] of causes) {
    it(`show the cause ${cause} as ${shown}`, () => {
      const [step] = stepsOf([entered("A", 0), event("StateFailed", "A", 1, { error: "Unavailable", cause })]);
      expect(step?.retries).to.deep.equal([{ error: "Unavailable", cause: shown }]);
    });
  }

  it("distinguish the items of a Map, and leave them out of the machine's path", () => {
    const steps = stepsOf([
      entered("Each", 0),
      entered("Send", 1, { index: 0 }),
      entered("Send", 1, { index: 1 }),
      exited("Send", 2, { index: 1 }),
      exited("Send", 3, { index: 0 }),
      exited("Each", 4),
      entered("Done", 5),
    ]);
    expect(steps.map(({ state, item, tookMs }) => [state, item, tookMs])).to.deep.equal([
      ["Each", undefined, 4],
      ["Send", 0, 2],
      ["Send", 1, 1],
      ["Done", undefined, undefined],
    ]);
    expect([...transitionsOf(steps)]).to.deep.equal(["Each Done"]);
  });

  it("count a state that is entered twice as two", () => {
    const steps = stepsOf([entered("A", 0), exited("A", 1), entered("B", 1), exited("B", 2), entered("A", 2)]);
    expect(steps.map(({ state }) => state)).to.deep.equal(["A", "B", "A"]);
    expect([...transitionsOf(steps)]).to.deep.equal(["A B", "B A"]);
  });
});
