import { expect } from "chai";
import { counted, nounFor } from "../../contract/counted.ts";

describe("a number with its noun", () => {
  const cases: [count: number, noun: [string, string?], text: string][] = [
    [0, ["execution"], "0 executions"],
    [1, ["execution"], "1 execution"],
    [2, ["execution"], "2 executions"],
    [1, ["patch", "patches"], "1 patch"],
    [21, ["patch", "patches"], "21 patches"],
    [2, ["missing", "missing"], "2 missing"],
  ];
  for (const [count, noun, text] of cases) {
    it(text, () => {
      expect(counted(count, ...noun)).to.equal(text);
      expect(`${count} ${nounFor(count, ...noun)}`).to.equal(text);
    });
  }
});
