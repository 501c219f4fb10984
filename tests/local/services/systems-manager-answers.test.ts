import { expect } from "chai";
import { emptyFleet } from "../../../local/fleet/fleet.ts";
import { SystemsManager } from "../../../local/services/systems-manager/systems-manager.ts";
import { synthesizeFleet } from "../../../local/fleet/synthetic-fleet.ts";
import { allPages, call, rows, sample, standIn } from "../../fixtures/ssm-fixtures.ts";

const NODE = "i-0a11c2e5d7f90b3a1";
const RHEL = "i-0c11c8e1d3f56b9a7";
const UUID = "6e37940a-23ba-4ab0-9b96-5d0a1a05464f";
const OTHER_UUID = "e8d3c0e4-71f7-4491-898f-c9b35bee5f3b";

describe("Systems Manager answers", () => {
  const fleetOf = (nodes: number) => synthesizeFleet({ nodes, seed: 7, now: () => new Date("2026-11-20T12:00:00Z") });

  it("with pages of the service's sizes, each record once", () => {
    const fleet = fleetOf(120);
    const service = standIn(fleet);
    const pages = allPages(service, "DescribeInstanceInformation", {});
    expect(pages.map((page) => page.length)).to.deep.equal(Array(12).fill(10));
    expect(pages.flat().map(({ InstanceId }) => InstanceId)).to.deep.equal(fleet.nodes.map((node) => node.InstanceId));
    const summaries = allPages(service, "ListResourceComplianceSummaries", {});
    expect(summaries.map((page) => page.length)).to.deep.equal([50, 50, 20]);
    expect(allPages(standIn(), "ListComplianceItems", { ResourceIds: [RHEL], MaxResults: 49 }).flat()).to.have.length(
      sample.complianceItems.filter(({ ResourceId }) => ResourceId === RHEL).length,
    );
  });

  it("DescribeInstancePatchStates: known nodes once each, unknown ones not at all, times in seconds", () => {
    const InstanceIds = [NODE, "i-00000000000000000", RHEL, NODE, "i-0d33b9d2c4e67a0f8"];
    const states = rows(call(standIn(), "DescribeInstancePatchStates", { InstanceIds }));
    expect(states.map(({ InstanceId }) => InstanceId)).to.deep.equal([NODE, RHEL]);
    expect(states[0]).to.include({ OperationStartTime: 1_794_794_411.412, MissingCount: 3, Operation: "Scan" });
    expect(states[1]).to.include({ PatchGroup: "" }).and.not.have.any.keys("LastNoRebootInstallOperationTime");
  });

  it("DescribeInstanceInformation: filters are joined by and, their values by or; unknown nodes are left out", () => {
    const find = (...Filters: object[]) =>
      rows(call(standIn(), "DescribeInstanceInformation", { Filters, MaxResults: 50 }));
    const hybrid = { Key: "ResourceType", Values: ["ManagedInstance"] };
    expect(find(hybrid).map(({ Name }) => Name)).to.deep.equal(["plant-rhel-1", "office-win-1"]);
    expect(find(hybrid, { Key: "PlatformTypes", Values: ["Windows"] })).to.have.length(1);
    expect(find({ Key: "InstanceIds", Values: [NODE, RHEL, "i-00000000000000000"] })).to.have.length(2);
  });

  const item = (Key: string, Type: string, ...Values: string[]) => ({ Key, Type, Values });
  const moved = "i-0b77d1f4e6a89c2b0";
  const itemCases: [what: string, nodeId: string, filters: object[], count: number][] = [
    ["all types", moved, [], 5],
    ["a node that it does not know", "i-00000000000000000", [], 0],
    ["EQUAL", moved, [item("ComplianceType", "EQUAL", "Patch")], 4],
    ["no operator", moved, [{ Key: "ComplianceType", Values: ["Patch"] }], 4],
    ["any of the values", moved, [item("ComplianceType", "EQUAL", "Patch", "Association")], 5],
    [
      "all of the filters",
      moved,
      [item("ComplianceType", "EQUAL", "Patch"), item("Status", "EQUAL", "NON_COMPLIANT")],
      1,
    ],
    ["NOT_EQUAL", moved, [item("ComplianceType", "NOT_EQUAL", "Patch", "Custom:X")], 1],
    ["BEGIN_WITH", moved, [item("DocumentName", "BEGIN_WITH", "AWS-RunPatch")], 1],
    ["a DocumentName", moved, [item("DocumentName", "EQUAL", "AWS-RunPatchBaselineAssociation")], 1],
    ["a Severity", moved, [item("Severity", "EQUAL", "CRITICAL")], 1],
    ["an Id", moved, [item("Id", "EQUAL", "openssl-libs.x86_64")], 1],
    ["an Id that is a pattern", moved, [item("Id", "BEGIN_WITH", ".*")], 0],
    ["later than", moved, [item("ExecutionTime", "GREATER_THAN", "2026-11-10T00:00:00Z")], 1],
    ["earlier than", moved, [item("ExecutionTime", "LESS_THAN", "2026-11-10T00:00:00+01:00")], 4],
    ["a moment in another spelling", moved, [item("ExecutionTime", "EQUAL", "2026-11-19 07:31:02+01:00")], 1],
  ];
  for (const [what, nodeId, Filters, count] of itemCases) {
    it(`ListComplianceItems: ${what}`, () => {
      const input = { ResourceIds: [nodeId], ResourceTypes: ["ManagedInstance"], Filters };
      expect(rows(call(standIn(), "ListComplianceItems", input))).to.have.length(count);
    });
  }

  it("ListComplianceItems: rows in the API's spelling, without members that the fleet lacks", () => {
    const found = rows(call(standIn(), "ListComplianceItems", { ResourceIds: [NODE] }));
    expect(found[0]).to.deep.include({
      ExecutionSummary: {
        ExecutionTime: 1_794_794_411.412,
        ExecutionId: "06a9ea56-c231-43e0-873c-4f3587271ded",
        ExecutionType: "Command",
      },
    });
    expect(found[0]?.["Details"]).to.include({ PatchState: "Missing" });
    expect(found.filter((row) => !("Status" in row))).to.have.length(1);
  });

  it("ListResourceComplianceSummaries: of the named nodes, each type once", () => {
    const ids = { Key: "InstanceId", Values: [NODE, RHEL, NODE, "i-00000000000000000"] };
    const types = { Key: "ComplianceType", Values: ["Patch", "Association"] };
    const found = rows(call(standIn(), "ListResourceComplianceSummaries", { Filters: [ids, types] }));
    const expected = sample.complianceSummaries.filter(({ ResourceId }) => [NODE, RHEL].includes(ResourceId));
    expect(found).to.have.length(expected.length).and.not.to.be.empty;
    expect(new Set(found.map(({ ResourceId }) => ResourceId))).to.deep.equal(new Set([NODE, RHEL]));
  });

  it("ListResourceComplianceSummaries: filtered by type and status", () => {
    const Filters = [item("ComplianceType", "EQUAL", "Patch"), item("Status", "EQUAL", "COMPLIANT")];
    const found = rows(call(standIn(), "ListResourceComplianceSummaries", { Filters }));
    expect(found.map(({ ResourceId }) => ResourceId)).to.deep.equal(["i-0a55a6c9b1d34f7e5", "mi-0e22b3d6c8e01a4f2"]);
  });

  it("DescribeInstancePatches: from compliance rows, or else from inventory, with the vendor's severity", () => {
    const patches = (InstanceId: string, filters = {}) =>
      allPages(standIn(), "DescribeInstancePatches", { InstanceId, ...filters });
    const missing = { Filters: [{ Key: "State", Values: ["Missing"] }] };
    expect(patches(NODE, missing).flat()[0]).to.deep.include({
      KBId: "KB5068781",
      Severity: "Critical",
      State: "Missing",
      InstalledTime: 0,
      CVEIds: "CVE-2026-40361,CVE-2026-40364,CVE-2026-40377,CVE-2026-40399",
    });
    expect(patches(RHEL, missing).map((page) => page.length)).to.deep.equal([50, 50, 50, 50, 50, 50, 40]);
    const fromInventory = patches("i-0c33f7b0a2c45e8d6", missing).flat();
    expect(fromInventory).to.have.length(2);
    expect(fromInventory[0]).not.to.have.property("CVEIds");
  });

  it("ListInventoryEntries: strings only, pages, filters, and nothing for a node without the type", () => {
    const list = (TypeName: string, more = {}) =>
      call(standIn(), "ListInventoryEntries", { InstanceId: "i-0c33f7b0a2c45e8d6", TypeName, ...more });
    const summary = list("AWS:PatchSummary");
    expect(summary).to.include({ TypeName: "AWS:PatchSummary", CaptureTime: "2026-11-18T04:11:25Z" });
    expect(rows(summary)[0]).to.include({ MissingCount: "2", NonCompliantSeverity: "CRITICAL" });
    expect(list("AWS:PatchCompliance", { MaxResults: 5 })).to.have.property("NextToken");
    const filters = { Filters: [{ Key: "State", Values: ["Miss"], Type: "BeginWith" }] };
    expect(rows(list("AWS:PatchCompliance", filters))).to.have.length(2);
    expect(rows(list("AWS:Application"))).to.deep.equal([]);
  });

  it("about runs: commands, associations and window tasks, if the fleet has them", () => {
    const service = standIn({
      ...emptyFleet("111122223333", "eu-west-1"),
      commandInvocations: [
        { CommandId: UUID, InstanceId: NODE, Status: "Success", CommandPlugins: [{ Name: "patch" }] },
        { CommandId: OTHER_UUID, InstanceId: NODE, Status: "Failed" },
      ],
      associations: [{ AssociationId: UUID, Name: "AWS-RunPatchBaseline" }, { AssociationId: OTHER_UUID }],
      windowTasks: [{ WindowExecutionId: UUID, TaskExecutionId: OTHER_UUID, StartTime: new Date(1500) }],
      windowTaskInvocations: [{ WindowExecutionId: UUID, TaskExecutionId: OTHER_UUID, ExecutionId: "c" }],
    });
    const find = (operation: string, input: object) => rows(call(service, operation, input));
    expect(find("ListCommandInvocations", {})).to.have.length(2);
    expect(find("ListCommandInvocations", { CommandId: UUID })).to.have.length(1);
    expect(find("ListCommandInvocations", { CommandId: UUID })[0]?.["CommandPlugins"]).to.deep.equal([]);
    expect(find("ListCommandInvocations", { CommandId: UUID, Details: true })[0]?.["CommandPlugins"]).to.have.length(1);
    expect(find("ListCommandInvocations", { Filters: [{ key: "Status", value: "Failed" }] })).to.have.length(1);
    const byName = { AssociationFilterList: [{ key: "Name", value: "AWS-RunPatchBaseline" }] };
    expect(find("ListAssociations", byName)).to.have.length(1);
    const tasks = find("DescribeMaintenanceWindowExecutionTasks", { WindowExecutionId: UUID });
    expect(tasks).to.deep.equal([{ WindowExecutionId: UUID, TaskExecutionId: OTHER_UUID, StartTime: 1.5 }]);
    const ofTask = { WindowExecutionId: UUID, TaskId: OTHER_UUID };
    expect(find("DescribeMaintenanceWindowExecutionTaskInvocations", ofTask)[0]).to.include({ ExecutionId: "c" });
  });

  it("an empty Region with empty lists", () => {
    const service = new SystemsManager();
    expect(call(service, "DescribeInstanceInformation", {})).to.deep.equal({ InstanceInformationList: [] });
    expect(call(service, "ListAssociations", {})).to.deep.equal({ Associations: [] });
  });
});
