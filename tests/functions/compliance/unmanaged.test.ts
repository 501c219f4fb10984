import { expect } from "chai";
import { expectation } from "../../../functions/compliance/unmanaged.ts";

const NOW = "2026-11-20T12:00:00.000Z";
const POLICY = { minimumAgeHours: 24, leaveOutTags: { Lifecycle: ["immutable", "batch"] }, autoScaling: false };
const GROUP = { "aws:autoscaling:groupName": "web" };

describe("which running instances must be managed", () => {
  for (const [name, startedAt, tags, expected, policy] of [
    ["old enough", "2026-11-19T12:00:00.000Z", {}, "managed", POLICY],
    ["started a moment too late", "2026-11-19T12:00:00.001Z", {}, "young", POLICY],
    ["of unknown age", undefined, {}, "managed", POLICY],
    ["with a tag to leave out", undefined, { Lifecycle: "batch" }, "leftOut", POLICY],
    ["with another value of the tag", undefined, { Lifecycle: "Batch" }, "managed", POLICY],
    ["of an Auto Scaling group", undefined, GROUP, "leftOut", POLICY],
    ["of a group that counts", undefined, GROUP, "managed", { ...POLICY, autoScaling: true }],
  ] as const) {
    it(`${name}: ${expected}`, () => {
      const tagged = new Map(Object.entries(tags));
      const instance = { nodeId: "i-0123456789abcdef0", tags: tagged, ...(startedAt && { startedAt }) };
      expect(expectation(instance, policy, NOW)).to.equal(expected);
    });
  }
});
