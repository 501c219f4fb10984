import { expect } from "chai";
import { batchSizeAfter, failedTooOften, MAX_FAILURES } from "../../../functions/work/quarantine-rule.ts";

describe("the quarantine rule", () => {
  it("halves the batch after each failure, down to one node", () => {
    const sizes = Array.from({ length: 9 }, (_, failures) => batchSizeAfter(failures));
    expect(sizes).to.deep.equal([50, 25, 13, 7, 4, 2, 1, 1, 1]);
  });

  it("sends a node to quarantine after it failed alone, and not before", () => {
    const first = [...Array(20).keys()].find((failures) => failedTooOften({ failures }));
    expect(first).to.equal(MAX_FAILURES);
    // The last failure that counts happened in an execution with this node only.
    expect(batchSizeAfter(MAX_FAILURES - 1)).to.equal(1);
    expect(batchSizeAfter(MAX_FAILURES - 2)).to.be.above(1);
  });
});
