import { expect } from "chai";
import { failedIds } from "../../../local/services/lambda/event-source-mapping.ts";
import { rateSeconds } from "../../../local/run/schedule-rate.ts";

describe("partial batch responses", () => {
  const known = new Set(["a", "b"]);
  const cases: [string, unknown, string[] | "all"][] = [
    ["no answer", null, []],
    ["an empty object", {}, []],
    ["an empty list", { batchItemFailures: [] }, []],
    ["no list", { batchItemFailures: null }, []],
    ["one failure", { batchItemFailures: [{ itemIdentifier: "b" }] }, ["b"]],
    ["an unknown id", { batchItemFailures: [{ itemIdentifier: "c" }] }, "all"],
    ["an empty id", { batchItemFailures: [{ itemIdentifier: "" }] }, "all"],
    ["a null id", { batchItemFailures: [{ itemIdentifier: null }] }, "all"],
    ["a misspelt key", { batchItemFailures: [{ id: "a" }] }, "all"],
    ["text", "done", "all"],
  ];
  for (const [name, payload, expected] of cases) {
    it(`${name} retries ${expected === "all" ? "all" : expected.join() || "none"}`, () => {
      const failed = failedIds({ ok: true, payload }, true, known);
      expect(failed === "all" ? failed : [...failed]).to.deep.equal(expected);
    });
  }
  it("ignores the response of a function that reports no failed items", () => {
    expect(failedIds({ ok: true, payload: "done" }, false, known)).to.deep.equal(new Set());
  });
});

describe("schedule expressions", () => {
  it("reads rates, and nothing else", () => {
    expect([rateSeconds("rate(1 minute)"), rateSeconds("rate(6 hours)"), rateSeconds("rate(2 days)")]).to.deep.equal([
      60, 21_600, 172_800,
    ]);
    for (const wrong of ["rate(1 hours)", "rate(2 hour)", "rate(0 minutes)", "rate(5 weeks)", "cron(0 * * * ? *)"]) {
      expect(() => rateSeconds(wrong), wrong).to.throw(/is not supported/);
    }
  });
});
