import { expect } from "chai";
import { CALL_LIMITS } from "../../../functions/runtime/failure.ts";
import { readNodes } from "../../../functions/systems-manager/node-reader.ts";
import { captureProgram, Program } from "../../fixtures/captured-program.ts";
import { nodeId, READ_AT, reference } from "../../fixtures/node-fixtures.ts";
import { world } from "../../doubles/patch-data.ts";

describe("limits of calls to AWS", () => {
  it("a hanging call ends before any function times out", async () => {
    const program = new Program(await captureProgram());
    const timeouts = program.all("Function").map(({ inputs }) => Number(inputs["timeout"]) * 1000);
    expect(timeouts).to.have.length.at.least(5);
    const { connectionTimeout, requestTimeout, throwOnRequestTimeout } = CALL_LIMITS.requestHandler;
    expect(connectionTimeout + requestTimeout).to.be.below(Math.min(...timeouts));
    expect(throwOnRequestTimeout).to.equal(true);
  });

  it("at most five nodes are read at once", async () => {
    const { data } = world({});
    let under = 0;
    let most = 0;
    const complianceItems: typeof data.complianceItems = async () => {
      under += 1;
      most = Math.max(most, under);
      // All that may begin has begun when the event loop comes round.
      await new Promise((resolve) => setImmediate(resolve));
      under -= 1;
      return [];
    };
    const references = Array.from({ length: 50 }, (_, index) => reference({ nodeId: nodeId(index) }));
    await readNodes(references, { ...data, complianceItems }, () => new Date(READ_AT));
    expect(most).to.equal(5);
  });
});
