import { expect } from "chai";
import { compilePattern } from "../../local/services/event-bridge/event-pattern.ts";
import { ACCOUNT, captureProgram, Program } from "../fixtures/captured-program.ts";

const RULES = [
  ...(["command", "association", "compliance", "termination", "deregister", "failed-executions"] as const),
];
type Rule = (typeof RULES)[number];

const NODE = "i-02573cafcfEXAMPLE";
const DOCUMENTS = ["AWS-RunPatchBaseline", "AWS-RunPatchBaselineWithHooks", "AWS-RunPatchBaselineAssociation"];
const MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:patch-findings-eu-west-1";

/** The documented events. Overrides replace parts of the envelope or of `detail`. */
const envelope = (detailType: string, detail: object, source = "aws.ssm") => ({
  version: "0",
  id: "51c0891d-0e34-45b1-83d6-95db273d1602",
  "detail-type": detailType,
  source,
  account: ACCOUNT,
  time: "2026-07-10T21:51:32Z",
  region: "eu-west-1",
  resources: [`arn:aws:ec2:eu-west-1:123456789012:instance/${NODE}`],
  detail,
});
const command = (detail: object = {}) =>
  envelope("EC2 Command Invocation Status-change Notification", {
    "command-id": "e8d3c0e4-71f7-4491-898f-c9b35bee5f3b",
    "document-name": "AWS-RunPatchBaseline",
    "instance-id": NODE,
    "requested-date-time": "2026-07-10T21:51:30.049Z",
    status: "Success",
    ...detail,
  });
const association = (detail: object = {}) =>
  envelope("EC2 State Manager Instance Association State Change", {
    "association-id": "34fcb7e0-9a14-4984-9989-0e04e3f60bd8",
    "instance-id": NODE,
    "document-name": "AWS-RunPatchBaseline",
    "document-version": "1",
    targets: `[{"key":"instanceids","values":["${NODE}"]}]`,
    "creation-date": "2017-02-23T15:23:48Z",
    "last-successful-execution-date": "2017-02-23T16:23:48Z",
    "last-execution-date": "2017-02-23T16:23:48Z",
    status: "Success",
    "detailed-status": "",
    "error-code": "testErrorCode",
    "execution-summary": "testExecutionSummary",
    "output-url": "sampleurl",
    "instance-association-cwe-version": "1",
    ...detail,
  });
const compliance = (detail: object = {}) =>
  envelope("Configuration Compliance State Change", {
    "resource-type": "managed-instance",
    "resource-id": NODE,
    "compliance-status": "non_compliant",
    "compliance-type": "Patch",
    "patch-baseline-id": "PB789",
    severity: "critical",
    ...detail,
  });
/** Its shape is not published. */
const deregistration = envelope("SSM Managed Instance Deregistration", { anything: [NODE] });
const stateChange = (detail: object = {}) =>
  envelope(
    "EC2 Instance State-change Notification",
    { "instance-id": NODE, state: "terminated", ...detail },
    "aws.ec2",
  );
const execution = (detail: object = {}) =>
  envelope(
    "Step Functions Execution Status Change",
    { stateMachineArn: MACHINE, status: "FAILED", input: '{"references":[]}', ...detail },
    "aws.states",
  );

interface Case {
  readonly name: string;
  readonly event: ReturnType<typeof envelope>;
  /** The one rule that takes it; none takes what should lie. */
  readonly taken?: Rule;
}

const documentNames = [
  ...DOCUMENTS,
  ...DOCUMENTS.map((name) => `arn:aws:ssm:us-east-2:123456789012:document/${name}`),
  ...DOCUMENTS.map((name) => `arn:aws-cn:ssm:cn-north-1::document/${name}`),
];
const otherDocuments = [
  "AWS-ApplyPatchBaseline",
  "AWS-RunPatchBaselineFoo",
  "my-AWS-RunPatchBaseline",
  "AWS-RunShellScript",
  "aws-runpatchbaseline",
  "arn:aws:ssm:us-east-2:123456789012:document/my-AWS-RunPatchBaseline",
  "arn:aws:ssm:us-east-2:123456789012:document/AWS-RunPatchBaseline-Copy",
];
/** In EventBridge's words, the API's, and the details that AWS's own sample expects. */
const commandEnds = [
  ...["Success", "Failed", "TimedOut", "Canceled", "Cancelled", "DeliveryTimedOut", "ExecutionTimedOut"],
  ...["Undeliverable", "Terminated", "InvalidPlatform", "AccessDenied"],
];

const cases: readonly Case[] = [
  ...documentNames.flatMap((name): Case[] => [
    { name: `a command with ${name}`, event: command({ "document-name": name }), taken: "command" },
    { name: `an association with ${name}`, event: association({ "document-name": name }), taken: "association" },
  ]),
  ...otherDocuments.flatMap((name): Case[] => [
    { name: `a command with ${name}`, event: command({ "document-name": name }) },
    { name: `an association with ${name}`, event: association({ "document-name": name }) },
  ]),
  ...commandEnds.map((status): Case => ({ name: `a command ${status}`, event: command({ status }), taken: "command" })),
  ...["Success", "Failed", "Skipped", "TimedOut"].map((status): Case => ({
    name: `an association ${status}`,
    event: association({ status }),
    taken: "association",
  })),
  {
    name: "an association Failed on the way",
    event: association({ status: "Failed", "detailed-status": "StuckAtInProgress" }),
    taken: "association",
  },
  ...["Pending", "InProgress", "Delayed", "Cancelling"].map((status): Case => ({
    name: `a command ${status}`,
    event: command({ status }),
  })),
  ...["Pending", "InProgress"].map((status): Case => ({
    name: `an association ${status}`,
    event: association({ status }),
  })),
  { name: "a hybrid node's command", event: command({ "instance-id": "mi-0123456789abcdef0" }), taken: "command" },
  ...["compliant", "non_compliant"].map((status): Case => ({
    name: `patch compliance ${status}`,
    event: compliance({ "compliance-status": status }),
    taken: "compliance",
  })),
  { name: "association compliance", event: compliance({ "compliance-type": "Association" }) },
  { name: "custom compliance", event: compliance({ "compliance-type": "Custom:Corp" }) },
  { name: "compliance of something else", event: compliance({ "resource-type": "bucket" }) },
  ...[command(), association(), compliance()].flatMap((event): Case[] =>
    ["aws.123456789012", "aws.ec2", "custom"].map((source) => ({
      name: `${event["detail-type"]} from ${source}`,
      event: { ...event, source },
    })),
  ),
  ...[
    "EC2 Command Status-change Notification",
    "EC2 State Manager Association State Change",
    "Maintenance Window Execution State-change Notification",
    "Maintenance Window Task Target Invocation State-change Notification",
    "Inventory Resource State Change",
  ].map((type): Case => ({ name: type, event: { ...command(), "detail-type": type } })),
  { name: "an instance terminated", event: stateChange(), taken: "termination" },
  ...["pending", "running", "stopping", "stopped", "shutting-down"].map((state): Case => ({
    name: `an instance ${state}`,
    event: stateChange({ state }),
  })),
  { name: "a node deregistered", event: deregistration, taken: "deregister" },
  { name: "a node deregistered, says another source", event: { ...deregistration, source: "aws.ec2" } },
  { name: "a node registered", event: { ...deregistration, "detail-type": "SSM Managed Instance Registration" } },
  { name: "an instance terminated, says another source", event: { ...stateChange(), source: "aws.ssm" } },
  ...["FAILED", "TIMED_OUT", "ABORTED"].map((status): Case => ({
    name: `an execution ${status}`,
    event: execution({ status }),
    taken: "failed-executions",
  })),
  ...["RUNNING", "SUCCEEDED", "PENDING_REDRIVE"].map((status): Case => ({
    name: `an execution ${status}`,
    event: execution({ status }),
  })),
  { name: "another state machine's execution", event: execution({ stateMachineArn: `${MACHINE}2` }) },
  ...[command(), association(), compliance(), stateChange(), deregistration, execution()].flatMap((event): Case[] => [
    { name: `${event["detail-type"]} of another account`, event: { ...event, account: "210987654321" } },
    { name: `${event["detail-type"]} of another Region`, event: { ...event, region: "eu-central-1" } },
  ]),
  { name: "an execution from elsewhere", event: { ...execution(), source: "aws.ssm" } },
];

describe("the rules' patterns", () => {
  const rules = new Map<Rule, (event: object) => boolean>();
  before(async () => {
    const program = new Program(await captureProgram());
    for (const rule of RULES) {
      const { inputs } = program.one("EventRule", rule === "failed-executions" ? rule : `triggers-${rule}`);
      rules.set(rule, compilePattern(String(inputs["eventPattern"])));
    }
  });

  for (const { name, event, taken } of cases) {
    it(`${taken ?? "no rule"} takes ${name}`, () => {
      const takers = [...rules].flatMap(([rule, matches]) => (matches(event) ? [rule] : []));
      expect(takers).to.deep.equal(taken === undefined ? [] : [taken]);
    });
  }
});
