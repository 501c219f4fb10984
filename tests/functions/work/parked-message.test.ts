import { expect } from "chai";
import { readParkedMessage } from "../../../functions/work/parked-message.ts";
import { UnreadableMessage } from "../../../functions/runtime/errors.ts";
import { reference } from "../../fixtures/node-fixtures.ts";

const SCOPE = { account: "111122223333", region: "us-east-2" };
const REFERENCES = [reference()];
const read = (body: object, deadLetter = false) => readParkedMessage(JSON.stringify(body), deadLetter, SCOPE);
const parked = (Error: string, Cause?: string) => ({
  references: REFERENCES,
  reason: Error,
  error: { Error, ...(Cause !== undefined && { Cause }) },
});
const ended = (detail: object) => ({
  source: "aws.states",
  "detail-type": "Step Functions Execution Status Change",
  ...SCOPE,
  detail: { input: JSON.stringify({ references: REFERENCES }), ...detail },
});

describe("a message of the outage queue", () => {
  const passing = [
    "ExecutionNotStarted",
    "Renewed",
    "SecurityHubUnavailable",
    "SecurityHubThrottled",
    "SecurityHubNotEnabled",
    "SystemsManagerThrottled",
    "SystemsManagerUnavailable",
    "SystemsManagerDenied",
    "StaleReading",
    "States.Permissions",
    "Lambda.TooManyRequestsException",
    "Lambda.ResourceNotFoundException",
    "Lambda.UnknownServiceException",
    "SQS.InternalErrorException",
  ];
  for (const reason of passing) {
    it(`does not count ${reason} as a failure`, () => {
      expect(read(parked(reason))).to.deep.equal({ references: REFERENCES, reason, failed: false });
      expect(read(ended({ status: "FAILED", error: reason })).failed, "of an execution").to.equal(false);
    });
  }

  const failing = [
    "Sandbox.Timedout",
    "Lambda.Unknown",
    "States.Timeout",
    "States.DataLimitExceeded",
    "TypeError",
    "FindingsRefusedAlike",
    "FindingsNotAccepted",
    "SQS.InvalidMessageContentsException",
    "NotSecurityHubUnavailable",
  ];
  for (const reason of failing) {
    it(`counts ${reason} as a failure`, () => {
      expect(read(parked(reason))).to.deep.equal({ references: REFERENCES, reason, failed: true });
      expect(read(ended({ status: "FAILED", error: reason })).failed, "of an execution").to.equal(true);
    });
  }

  for (const status of ["TIMED_OUT", "ABORTED"]) {
    it(`counts an execution that ended as ${status} as a failure`, () => {
      const message = ended({ status, error: null, cause: null });
      expect(read(message)).to.deep.equal({ references: REFERENCES, reason: `execution ${status}`, failed: true });
    });
  }

  const waiting: [what: string, body: object, deadLetter: boolean, reason: RegExp][] = [
    ["a dead letter", { references: REFERENCES }, true, /^dispatch could not process/],
    ["a message that says nothing", { references: REFERENCES }, false, /^EventBridge could not deliver/],
  ];
  for (const [what, body, deadLetter, reason] of waiting) {
    it(`is no failure of the node: ${what}`, () => {
      const message = read(body, deadLetter);
      expect(message.failed).to.equal(false);
      expect(message.reason).to.match(reason);
    });
  }

  const words: [what: string, cause: string | undefined, reason: string][] = [
    ["nothing", undefined, "TypeError"],
    ["a blank", " ", "TypeError"],
    ["text", "it broke", "TypeError: it broke"],
    ["a function's error", '{"errorType":"TypeError","errorMessage":"x is y","trace":[]}', "TypeError: x is y"],
    ["JSON of another shape", "[7]", "TypeError: [7]"],
    ["control characters", "a\u001b[2Jb\uffff", "TypeError: a [2Jb"],
  ];
  for (const [what, cause, reason] of words) {
    it(`shows the message of its last attempt: ${what}`, () =>
      expect(read(parked("TypeError", cause)).reason).to.equal(reason));
  }

  it("keeps its reason short", () => {
    expect(Buffer.byteLength(read(parked("TypeError", "\u{1F4A5}".repeat(9_000))).reason)).to.be.at.most(250);
  });

  it("is refused if it is of another account", () => {
    expect(() => read({ ...ended({ status: "ABORTED" }), account: "999999999999" })).to.throw(UnreadableMessage);
  });
});
