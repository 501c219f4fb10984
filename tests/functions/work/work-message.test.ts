import { expect } from "chai";
import { readReferences, readWorkMessage } from "../../../functions/work/work-message.ts";
import { UnreadableMessage } from "../../../functions/runtime/errors.ts";
import type { NodeReference } from "../../../functions/work/node-reference.ts";
import { NODE, without } from "../../fixtures/node-fixtures.ts";

type Detail = Record<string, unknown>;

const COMMAND = "EC2 Command Invocation Status-change Notification";
const ASSOCIATION = "EC2 State Manager Instance Association State Change";
const COMPLIANCE = "Configuration Compliance State Change";
const STATE_CHANGE = "EC2 Instance State-change Notification";
const SCOPE = { account: "111122223333", region: "us-east-2" };
const HYBRID = "mi-0123456789abcdef0";
const COMMAND_ID = "e8d3c0e4-71f7-4491-898f-c9b35bee5f3b";
const ASSOCIATION_ID = "34fcb7e0-9a14-4984-9989-0e04e3f60bd8";

const TERMINATED = { "instance-id": NODE, state: "terminated" };

function body(detailType: string, detail: Detail, more: Detail = {}): string {
  const time = "2026-07-10T21:51:32Z";
  return JSON.stringify({ version: "0", source: "aws.ssm", "detail-type": detailType, time, detail, ...more });
}

function command(parts: Detail = {}): Detail {
  return {
    "command-id": COMMAND_ID,
    "document-name": "AWS-RunPatchBaseline",
    "instance-id": NODE,
    "requested-date-time": "2026-07-10T21:51:30.049Z",
    status: "Success",
    ...parts,
  };
}

function association(parts: Detail = {}): Detail {
  return {
    "association-id": ASSOCIATION_ID,
    "instance-id": NODE,
    "document-name": "AWS-RunPatchBaselineAssociation",
    "document-version": "Optional.empty",
    targets: '[{"key":"instanceids","values":["i-12345678"]}]',
    "last-execution-date": "2026-02-23T16:23:48Z",
    status: "Success",
    "detailed-status": "",
    ...parts,
  };
}

const patchRun = {
  document: "AWS-RunPatchBaseline",
  operationId: COMMAND_ID,
  notBefore: "2026-07-10T21:46:30.049Z",
  status: "Success",
};
const associationRun = {
  document: "AWS-RunPatchBaselineAssociation",
  operationId: ASSOCIATION_ID,
  notBefore: "2026-02-23T15:23:48.000Z",
  status: "Success",
};
const patchRunAnyTime = without(patchRun, "notBefore");
const patchRunNoId = without(patchRun, "operationId");
const patchRunNoStatus = without(patchRun, "status");

describe("readWorkMessage: events", () => {
  const cases: [name: string, body: string, expected: object][] = [
    ["a command invocation", body(COMMAND, command()), { patchRun }],
    [
      "parameters as an object",
      body(COMMAND, command({ parameters: { Operation: ["Scan"], RebootOption: ["NoReboot"] } })),
      { patchRun },
    ],
    ["parameters as a JSON string", body(COMMAND, command({ parameters: '{"Operation":["Scan"]}' })), { patchRun }],
    [
      "a document named by ARN",
      body(COMMAND, command({ "document-name": "arn:aws:ssm:us-east-2::document/AWS-RunPatchBaseline" })),
      { patchRun },
    ],
    [
      "the document with hooks",
      body(COMMAND, command({ "document-name": "AWS-RunPatchBaselineWithHooks" })),
      { patchRun: { ...patchRun, document: "AWS-RunPatchBaselineWithHooks" } },
    ],
    ["a hybrid node", body(COMMAND, command({ "instance-id": HYBRID })), { nodeId: HYBRID, patchRun }],
    ["an old short id", body(COMMAND, command({ "instance-id": "i-12345678" })), { nodeId: "i-12345678", patchRun }],
    ["a failed run", body(COMMAND, command({ status: "Failed" })), { patchRun: { ...patchRun, status: "Failed" } }],
    [
      "a detailed status of several words",
      body(COMMAND, command({ status: "No Instances In Tag" })),
      { patchRun: { ...patchRun, status: "No Instances In Tag" } },
    ],
    [
      "a time with an offset",
      body(COMMAND, command({ "requested-date-time": "2026-07-10T23:51:30.049+02:00" })),
      { patchRun },
    ],
    ["no time", body(COMMAND, command({ "requested-date-time": undefined })), { patchRun: patchRunAnyTime }],
    ["a time that is none", body(COMMAND, command({ "requested-date-time": "soon" })), { patchRun: patchRunAnyTime }],
    ["a time that is a number", body(COMMAND, command({ "requested-date-time": 1 })), { patchRun: patchRunAnyTime }],
    [
      "a command id that is no plain word",
      body(COMMAND, command({ "command-id": "x\n{}" })),
      { patchRun: patchRunNoId },
    ],
    ["an overlong command id", body(COMMAND, command({ "command-id": "c".repeat(65) })), { patchRun: patchRunNoId }],
    ["a hostile status", body(COMMAND, command({ status: "<b>" })), { patchRun: patchRunNoStatus }],
    ["an event of this account and Region", body(COMMAND, command(), SCOPE), { patchRun }],
    ["the envelope's time does not matter", body(COMMAND, command(), { time: "2036-01-01T00:00:00Z" }), { patchRun }],
    ["an instance association", body(ASSOCIATION, association()), { associationRun }],
    [
      "an association of AWS-RunPatchBaseline, whose data is under type Patch",
      body(ASSOCIATION, association({ "document-name": "AWS-RunPatchBaseline" })),
      { patchRun: { ...associationRun, document: "AWS-RunPatchBaseline" } },
    ],
    [
      "a compliance change",
      body(COMPLIANCE, { "resource-id": NODE, "compliance-type": "Patch", "compliance-status": "compliant" }),
      { readInFull: true },
    ],
    ["a termination", body(STATE_CHANGE, TERMINATED), { removed: "terminated", removedAt: "2026-07-10T21:51:32Z" }],
    ["a termination at no time", body(STATE_CHANGE, TERMINATED, { time: "<b>" }), { removed: "terminated" }],
    ["a termination at a number", body(STATE_CHANGE, TERMINATED, { time: 5 }), { removed: "terminated" }],
    ["a key that would reach a prototype", body(COMMAND, command()).replace('"version"', '"__proto__"'), { patchRun }],
  ];
  for (const [name, text, expected] of cases) {
    it(`reads ${name}`, () => {
      expect(readWorkMessage(text, SCOPE)).to.deep.equal([{ nodeId: NODE, attempts: 0, ...expected }]);
    });
  }
});

describe("readWorkMessage: messages that it refuses, with the reason", () => {
  const own = (...references: object[]) => JSON.stringify({ references });
  const cases: [name: string, body: string, reason: RegExp][] = [
    ["no JSON", "{", /^not JSON$/],
    ["nothing", "", /^not JSON$/],
    ...["null", "[]", "7", '"text"', "{}"].map((text): [string, string, RegExp] => [
      `JSON ${text}`,
      text,
      /^neither an EventBridge event nor node references: /,
    ]),
    ["an event without detail", JSON.stringify({ source: "a", "detail-type": COMMAND }), /detail/],
    ["another kind of event", body("EC2 Spot Instance Interruption Warning", {}), /no rule of this program.*Spot/],
    [
      "another document",
      body(COMMAND, command({ "document-name": "AWS-RunShellScript" })),
      /document-name is not one of/,
    ],
    ["a document alike", body(COMMAND, command({ "document-name": "my-AWS-RunPatchBaseline" })), /document-name/],
    ["a document in an array", body(COMMAND, command({ "document-name": ["AWS-RunPatchBaseline"] })), /document-name/],
    ...["i-123", "i-1234567!", "mi-12345678", `${NODE}\n`, ` ${NODE}`, "__proto__", "", null, 5, [NODE]].map(
      (id): [string, string, RegExp] => [
        `the node id ${JSON.stringify(id)}`,
        body(COMMAND, command({ "instance-id": id })),
        /^instance-id is not a managed node id/,
      ],
    ),
    ["a compliance change without a node", body(COMPLIANCE, {}), /^resource-id is not a managed node id/],
    [
      "a stopped instance",
      body(STATE_CHANGE, { "instance-id": NODE, state: "stopped" }),
      /^state is "stopped"; expected "terminated"/,
    ],
    [
      "a termination of a hybrid node",
      body(STATE_CHANGE, { ...TERMINATED, "instance-id": HYBRID }),
      /^instance-id is mi-.*, a hybrid node; only EC2 instances/,
    ],
    [
      "a claim of no time",
      own({ nodeId: NODE, attempts: 0, removed: "terminated", removedAt: "today" }),
      /references\.0\.removedAt/,
    ],
    ["a termination of no instance", body(STATE_CHANGE, { state: "terminated" }), /^instance-id is not a managed node/],
    ["a sweep at no time", own({ nodeId: NODE, attempts: 0, sweep: "today" }), /references\.0\.sweep/],
    ["an unknown kind of removal", own({ nodeId: NODE, attempts: 0, removed: "stopped" }), /references\.0\.removed/],
    [
      "readAssociations that is not true",
      own({ nodeId: NODE, attempts: 0, readAssociations: false }),
      /references\.0\.readAssociations/,
    ],
    ["no references", own(), /^node references are malformed: references: /],
    ["references that are no list", '{"references":"all"}', /references: /],
    ["a reference to no node", own({ nodeId: "web-1", attempts: 0 }), /references\.0\.nodeId: not a managed node id/],
    ["negative attempts", own({ nodeId: NODE, attempts: -1 }), /references\.0\.attempts/],
    ["a reference with an unknown key", own({ nodeId: NODE, attempts: 0, finding: {} }), /Unrecognized key: "finding"/],
    [
      "a run of another document",
      own({ nodeId: NODE, attempts: 0, patchRun: { document: "x" } }),
      /patchRun\.document/,
    ],
    [
      "too many references",
      own(...Array.from({ length: 1001 }, () => ({ nodeId: NODE, attempts: 0 }))),
      /Too big|<=1000|1000/,
    ],
    [
      "an event of another account",
      body(COMMAND, command(), { account: "999999999999" }),
      /^the event's account is "9+"; /,
    ],
    [
      "an event of another Region",
      body(COMMAND, command(), { region: "us-west-2" }),
      /^the event's region is "us-west-2"/,
    ],
    [
      "a status that no service says",
      own({ nodeId: NODE, attempts: 0, patchRun: { ...patchRun, status: "\uffff" } }),
      /status/,
    ],
    ["a huge body", `{"x":"${"y".repeat(1_000_000)}"}`, /^neither/],
    ["deeply nested JSON", "[".repeat(100_000) + "]".repeat(100_000), /^(?:not JSON|neither)/],
  ];
  for (const [name, text, reason] of cases) {
    it(name, () => {
      expect(() => readWorkMessage(text, SCOPE))
        .to.throw(UnreadableMessage, reason)
        .with.property("name", "UnreadableMessage");
    });
  }
});

describe("readWorkMessage: own messages", () => {
  const whole: NodeReference[] = [
    { nodeId: NODE, attempts: 3, patchRun: { ...patchRun, document: "AWS-RunPatchBaseline" } },
    {
      nodeId: HYBRID,
      attempts: 0,
      sweep: "2026-07-10T00:00:00Z",
      removed: "absent",
      removedAt: "2026-07-10T21:51:32Z",
    },
    { nodeId: NODE, attempts: 0, sweep: "2026-07-10T00:00:00Z", readAssociations: true },
    { nodeId: NODE, attempts: 0, removed: "terminated", ec2Attempts: 3 },
  ];

  it("reads its own messages, with any fields in addition to the references", () => {
    expect(readWorkMessage(JSON.stringify({ references: whole, reason: "outage", attempt: 2 }), SCOPE)).to.deep.equal(
      whole,
    );
    expect(readReferences({ references: whole })).to.deep.equal(whole);
  });

  it("reads the message of an event again after it was parked, even at the limits of time", () => {
    for (const time of ["+275760-09-13T00:00:00.000Z", "-271821-04-20T00:00:00.000Z", "+012026-01-01T00:00:00Z"]) {
      const references = readWorkMessage(body(COMMAND, command({ "requested-date-time": time })), SCOPE);
      expect(readWorkMessage(JSON.stringify({ references }), SCOPE), time).to.deep.equal(references);
    }
  });
});
