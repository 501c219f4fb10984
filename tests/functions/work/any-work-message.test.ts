import { expect } from "chai";
import fc from "fast-check";
import { readWorkMessage } from "../../../functions/work/work-message.ts";
import { UnreadableMessage } from "../../../functions/runtime/errors.ts";
import { isNodeId } from "../../../functions/work/node-reference.ts";
import { FIXED, hostileText, NODE } from "../../fixtures/node-fixtures.ts";

const DETAIL_TYPES = [
  "EC2 Command Invocation Status-change Notification",
  "EC2 State Manager Instance Association State Change",
  "Configuration Compliance State Change",
  "EC2 Instance State-change Notification",
];
const SCOPE = { account: "111122223333", region: "us-east-2" };

function event(detailType: string, detail: object): string {
  const time = "2026-07-10T21:51:32Z";
  return JSON.stringify({ version: "0", source: "aws.ssm", "detail-type": detailType, time, detail });
}

describe("readWorkMessage: any input", () => {
  const anyId = fc.oneof(fc.constant(NODE), hostileText(60), fc.constant(undefined));
  const anyTime = fc.oneof(fc.date().map(String), hostileText(30), fc.integer());
  const anyDetail = fc.dictionary(
    fc.constantFrom("instance-id", "resource-id", "document-name", "status", "targets", "state", "__proto__"),
    fc.oneof(anyId, anyTime, fc.constantFrom("AWS-RunPatchBaseline", "Success"), fc.jsonValue()),
  );
  const anyEvent = fc
    .tuple(fc.constantFrom(...DETAIL_TYPES), anyDetail, anyTime)
    .map(([type, detail, time]) =>
      event(type, { ...detail, "requested-date-time": time, "last-execution-date": time }),
    );
  const anyOwn = fc
    .array(fc.record({ nodeId: anyId, attempts: fc.oneof(fc.integer(), fc.double()), patchRun: fc.jsonValue() }))
    .map((references) => JSON.stringify({ references }));
  const anyBody = fc.oneof(anyEvent, anyOwn, hostileText(), fc.json());

  it("returns references to valid nodes, or throws UnreadableMessage", () => {
    fc.assert(
      fc.property(anyBody, (text) => {
        try {
          for (const { nodeId } of readWorkMessage(text, SCOPE)) expect(isNodeId(nodeId)).to.equal(true);
        } catch (error) {
          expect(error).to.be.an.instanceOf(UnreadableMessage);
        }
      }),
      { ...FIXED, numRuns: 500 },
    );
  });
});
