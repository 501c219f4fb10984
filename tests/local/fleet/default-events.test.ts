import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { defaultEvents } from "../../../local/fleet/default-events.ts";
import { loadFleet } from "../../../local/fleet/fleet-file.ts";
import type { Fleet } from "../../../local/fleet/fleet.ts";
import { emptyFleet } from "../../../local/fleet/fleet.ts";

const NODE = "i-0123456789abcdef0";
const now = () => new Date("2026-11-20T12:00:00.250Z");
const earlier = new Date("2026-11-01T01:02:03.456Z");
const later = new Date("2026-11-09T01:02:03.456Z");
const COMMAND = "EC2 Command Invocation Status-change Notification";
const ASSOCIATION = "EC2 State Manager Instance Association State Change";

const empty = emptyFleet("111122223333", "us-east-2");
const state = (start: Date) => ({ InstanceId: NODE, OperationStartTime: start });
const patchRow = (ExecutionType: string) => ({
  ComplianceType: "Patch",
  ResourceId: NODE,
  ExecutionSummary: { ExecutionTime: earlier, ExecutionType },
});
const associationRow = (DocumentName: string, DetailedText = "") => ({
  ComplianceType: "Association",
  ResourceId: NODE,
  Id: "34fcb7e0-9a14-4984-9989-0e04e3f60bd8",
  ExecutionSummary: { ExecutionTime: later },
  Details: { DocumentName, DetailedText },
});
const inventory = (entry: Record<string, string>) =>
  new Map([[NODE, new Map([["AWS:PatchSummary", { CaptureTime: "2026-11-05T00:00:00Z", Entries: [entry] }]])]]);

function only(fleet: Partial<Fleet>): Record<string, unknown> {
  const { events } = defaultEvents({ ...empty, ...fleet }, { now });
  expect(events).to.have.length(1);
  return { ...events[0] };
}

describe("the events of a fleet's last patch runs", () => {
  it("are Run Command invocations as AWS sends them", () => {
    const event = only({ patchStates: [state(earlier)] });
    const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
    expect(event["id"]).to.match(uuid);
    const { "command-id": commandId } = event["detail"] as Record<string, unknown>;
    expect(commandId).to.match(uuid).and.not.equal(event["id"]);
    expect(event).to.deep.equal({
      version: "0",
      id: event["id"],
      "detail-type": COMMAND,
      source: "aws.ssm",
      account: "111122223333",
      time: "2026-11-20T12:00:00Z",
      region: "us-east-2",
      resources: [`arn:aws:ec2:us-east-2:111122223333:instance/${NODE}`],
      detail: {
        "command-id": commandId,
        "document-name": "AWS-RunPatchBaseline",
        "instance-id": NODE,
        "requested-date-time": "2026-11-01T01:02:03.456Z",
        status: "Success",
      },
    });
  });

  it("are instance associations as AWS sends them, JSON in a string included", () => {
    const event = only({ complianceItems: [associationRow("AWS-RunPatchBaselineAssociation")] });
    expect(event["detail-type"]).to.equal(ASSOCIATION);
    expect(event["detail"]).to.deep.include({
      "association-id": "34fcb7e0-9a14-4984-9989-0e04e3f60bd8",
      "instance-id": NODE,
      "document-name": "AWS-RunPatchBaselineAssociation",
      targets: `[{"key":"instanceids","values":["${NODE}"]}]`,
      "last-execution-date": "2026-11-09T01:02:03Z",
      status: "Success",
    });
  });

  const text = '{"OperationStartTime":"2026-11-03T00:00:00Z"}';
  const cases: [what: string, fleet: Partial<Fleet>, type: string, document: string, reference: string][] = [
    [
      "patch data",
      { complianceItems: [patchRow("Command")] },
      COMMAND,
      "AWS-RunPatchBaseline",
      "2026-11-01T01:02:03.456Z",
    ],
    [
      "a patch policy",
      { patchStates: [state(earlier)], complianceItems: [patchRow("PatchPolicy")] },
      ASSOCIATION,
      "AWS-RunPatchBaseline",
      "2026-11-01T01:02:03Z",
    ],
    [
      "a patch policy that only a summary shows",
      { complianceSummaries: [patchRow("PatchPolicy")] },
      ASSOCIATION,
      "AWS-RunPatchBaseline",
      "2026-11-01T01:02:03Z",
    ],
    [
      "host management with its text",
      { complianceItems: [associationRow("AWS-RunPatchBaselineAssociation", text)] },
      ASSOCIATION,
      "AWS-RunPatchBaselineAssociation",
      "2026-11-03T00:00:00Z",
    ],
    [
      "host management with a broken text",
      { complianceItems: [associationRow("AWS-RunPatchBaselineAssociation", "{")] },
      ASSOCIATION,
      "AWS-RunPatchBaselineAssociation",
      "2026-11-09T01:02:03Z",
    ],
    [
      "older host management beside newer patch data",
      {
        patchStates: [state(later)],
        complianceItems: [associationRow("AWS-RunPatchBaselineAssociation", text)],
      },
      COMMAND,
      "AWS-RunPatchBaseline",
      "2026-11-09T01:02:03.456Z",
    ],
    [
      "newer host management beside older patch data",
      { patchStates: [state(earlier)], complianceItems: [associationRow("AWS-RunPatchBaselineAssociation", text)] },
      ASSOCIATION,
      "AWS-RunPatchBaselineAssociation",
      "2026-11-03T00:00:00Z",
    ],
    [
      "other documents beside patch data",
      { patchStates: [state(earlier)], complianceItems: [associationRow("AWS-UpdateSSMAgent")] },
      COMMAND,
      "AWS-RunPatchBaseline",
      "2026-11-01T01:02:03.456Z",
    ],
    [
      "inventory",
      { inventory: inventory({ OperationStartTime: "2026-11-04T00:00:00Z" }) },
      COMMAND,
      "AWS-RunPatchBaseline",
      "2026-11-04T00:00:00.000Z",
    ],
    [
      "inventory without a time",
      { inventory: inventory({}) },
      COMMAND,
      "AWS-RunPatchBaseline",
      "2026-11-05T00:00:00.000Z",
    ],
    [
      "data without a time",
      { patchStates: [{ InstanceId: NODE }] },
      COMMAND,
      "AWS-RunPatchBaseline",
      now().toISOString(),
    ],
  ];
  for (const [what, fleet, type, document, reference] of cases) {
    it(`follow from ${what}`, () => {
      const event = only(fleet);
      expect(event["detail-type"]).to.equal(type);
      const key = type === COMMAND ? "requested-date-time" : "last-execution-date";
      expect(event["detail"]).to.deep.include({ "document-name": document, [key]: reference });
    });
  }

  it("name hybrid nodes by their managed-instance ARN, in the Region's partition", () => {
    const hybrid = "mi-0123456789abcdef0";
    const event = only({ region: "us-gov-west-1", patchStates: [{ ...state(earlier), InstanceId: hybrid }] });
    expect(event["resources"]).to.deep.equal([
      `arn:aws-us-gov:ssm:us-gov-west-1:111122223333:managed-instance/${hybrid}`,
    ]);
  });

  it("leave out nodes that were never scanned, and name them", () => {
    const fleet = { ...empty, nodes: [{ InstanceId: NODE }], complianceItems: [associationRow("AWS-UpdateSSMAgent")] };
    expect(defaultEvents(fleet, { now })).to.deep.equal({ events: [], neverScanned: [NODE] });
  });

  it("are one per scanned node of the sample fleet, always the same", async () => {
    const fleet = await loadFleet(fileURLToPath(new URL("../../../local/sample-fleet", import.meta.url)));
    const { events, neverScanned } = defaultEvents(fleet, { now });
    expect(neverScanned).to.deep.equal(["i-0d33b9d2c4e67a0f8"]);
    expect(events).to.have.length(fleet.nodes.length - 1);
    expect(new Set(events.map((event) => JSON.stringify(event))).size).to.equal(events.length);
    expect(defaultEvents(fleet, { now }).events).to.deep.equal(events);
  });
});
