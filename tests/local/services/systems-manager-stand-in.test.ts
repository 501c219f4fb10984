import { expect } from "chai";
import type { Fleet } from "../../../local/fleet/fleet.ts";
import { SystemsManager } from "../../../local/services/systems-manager/systems-manager.ts";
import { ServiceError } from "../../../local/gateway/stand-in.ts";
import { allPages, call, rows, sample, standIn } from "../../fixtures/ssm-fixtures.ts";

const NODE = "i-0a11c2e5d7f90b3a1";
const RHEL = "i-0c11c8e1d3f56b9a7";
const LATE = "i-0b44e6a9f1b34d7c5";
const UUID = "6e37940a-23ba-4ab0-9b96-5d0a1a05464f";

function refusal(operation: string, input: object, service = standIn()): ServiceError {
  try {
    service.call(operation, { ...input });
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error(`${operation} was answered`);
}

describe("Systems Manager refuses as the service does", () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `i-${String(index).padStart(8, "0")}`);
  const items = { ResourceIds: [NODE], ResourceTypes: ["ManagedInstance"] };
  const filter = (Key: string, ...Values: string[]) => ({ Filters: [{ Key, Values }] });
  const cases: [operation: string, input: object, code: string, message: RegExp][] = [
    [
      "DescribeInstancePatchStates",
      {},
      "ValidationException",
      /^1 validation error detected: Value null at 'instanceIds' .*must not be null$/,
    ],
    [
      "DescribeInstancePatchStates",
      { InstanceIds: ids(51) },
      "ValidationException",
      /'instanceIds' .* length less than or equal to 50$/,
    ],
    [
      "DescribeInstancePatchStates",
      { InstanceIds: ["i-1"] },
      "ValidationException",
      /Value 'i-1' at 'instanceIds.1.member' .* pattern/,
    ],
    [
      "DescribeInstancePatchStates",
      { InstanceIds: [], MaxResults: 9 },
      "ValidationException",
      /'9' at 'maxResults' .* value greater than or equal to 10$/,
    ],
    [
      "DescribeInstancePatchStates",
      { InstanceIds: [], MaxResults: 101 },
      "ValidationException",
      /value less than or equal to 100$/,
    ],
    ["DescribeInstancePatchStates", { InstanceIds: [3, 4] }, "ValidationException", /^2 validation errors detected: /],
    ["DescribeInstancePatches", { InstanceId: "i-1" }, "ValidationException", /'instanceId'/],
    ["DescribeInstancePatches", { InstanceId: NODE, ...filter("Title", "x") }, "InvalidFilter", /Title/],
    ["DescribeInstancePatches", { InstanceId: NODE, MaxResults: 101 }, "ValidationException", /maxResults/],
    ["DescribeInstanceInformation", { MaxResults: 4 }, "ValidationException", /greater than or equal to 5$/],
    ["DescribeInstanceInformation", { MaxResults: 51 }, "ValidationException", /less than or equal to 50$/],
    ["DescribeInstanceInformation", filter("InstanceIds", "i-1"), "InvalidInstanceId", /i-1/],
    ["DescribeInstanceInformation", filter("Instance", NODE), "InvalidFilterKey", /./],
    [
      "DescribeInstanceInformation",
      filter("InstanceIds", ...ids(101)),
      "ValidationException",
      /less than or equal to 100$/,
    ],
    ["DescribeInstanceInformation", filter("PingStatus", "Asleep"), "InvalidInstanceInformationFilterValue", /Asleep/],
    [
      "ListComplianceItems",
      { ResourceIds: ids(2) },
      "ValidationException",
      /'resourceIds' .* length less than or equal to 1$/,
    ],
    ["ListComplianceItems", { ResourceIds: ["nowhere"] }, "InvalidResourceId", /^$/],
    ["ListComplianceItems", {}, "InvalidResourceId", /^$/],
    ["ListComplianceItems", { ...items, ResourceTypes: ["Bucket"] }, "InvalidResourceType", /^$/],
    ["ListComplianceItems", { ...items, MaxResults: 51 }, "ValidationException", /less than or equal to 50$/],
    ["ListComplianceItems", { ...items, ...filter("Colour", "red") }, "InvalidFilter", /Colour/],
    [
      "ListComplianceItems",
      { ...items, Filters: [{ Key: "Id", Values: ["x"], Type: "LIKE" }] },
      "ValidationException",
      /enum value set: \[EQUAL, NOT_EQUAL, BEGIN_WITH/,
    ],
    ["ListResourceComplianceSummaries", filter("ResourceId", NODE), "InvalidFilter", /ResourceId/],
    ["ListResourceComplianceSummaries", { MaxResults: 0 }, "ValidationException", /greater than or equal to 1$/],
    [
      "ListInventoryEntries",
      { InstanceId: NODE, TypeName: "PatchSummary" },
      "ValidationException",
      /'typeName' .* pattern/,
    ],
    [
      "ListInventoryEntries",
      { InstanceId: NODE, TypeName: "AWS:PatchSumary" },
      "InvalidTypeNameException",
      /PatchSumary/,
    ],
    ["ListCommandInvocations", { MaxResults: 51 }, "ValidationException", /maxResults/],
    ["DescribeMaintenanceWindowExecutionTasks", { WindowExecutionId: UUID }, "DoesNotExistException", /does not exist/],
    [
      "DescribeMaintenanceWindowExecutionTaskInvocations",
      { WindowExecutionId: UUID },
      "ValidationException",
      /'taskId'/,
    ],
    ["DescribeInstanceInformation", { NextToken: "garbled" }, "InvalidNextToken", /token/],
    ["PutComplianceItems", {}, "UnknownOperationException", /PutComplianceItems/],
    ["constructor", {}, "UnknownOperationException", /constructor/],
  ];
  for (const [operation, input, code, message] of cases) {
    it(`${operation} ${JSON.stringify(input).slice(0, 70)}: ${code}`, () => {
      const error = refusal(operation, input);
      expect([error.code, error.status]).to.deep.equal([code, 400]);
      expect(error.message).to.match(message);
    });
  }

  it("does not take a token of another request", () => {
    const service = standIn();
    const { NextToken } = call(service, "ListComplianceItems", { ResourceIds: [RHEL] });
    expect(NextToken).to.be.a("string");
    const again = call(service, "ListComplianceItems", { ResourceIds: [RHEL], NextToken, MaxResults: 7 });
    expect(rows(again)).to.have.length(7);
    for (const input of [{ ResourceIds: [NODE] }, { ResourceIds: [RHEL], ...filter("Status", "COMPLIANT") }]) {
      expect(refusal("ListComplianceItems", { ...input, NextToken }, service).code).to.equal("InvalidNextToken");
    }
  });

  const unsupported: [string, object][] = [
    ["DescribeInstanceInformation", { InstanceInformationFilterList: [] }],
    ["DescribeInstanceInformation", filter("tag:Stage", "prod")],
    ["ListCommandInvocations", { Filters: [{ key: "ExecutionStage", value: "Complete" }] }],
    ["ListAssociations", { AssociationFilterList: [{ key: "ResourceGroupName", value: "x" }] }],
  ];
  for (const [operation, input] of unsupported) {
    it(`says that it does not know ${operation} ${JSON.stringify(input)}`, () => {
      expect(() => standIn().call(operation, { ...input }))
        .to.throw(Error, /stand-in/)
        .not.instanceOf(ServiceError);
    });
  }
});

describe("patch data that arrives late", () => {
  const seen = (service: SystemsManager) => [
    rows(call(service, "DescribeInstancePatchStates", { InstanceIds: [LATE] })).length,
    rows(call(service, "ListComplianceItems", { ResourceIds: [LATE] })).length,
    allPages(service, "ListResourceComplianceSummaries", {})
      .flat()
      .filter(({ ResourceId }) => ResourceId === LATE).length,
    rows(call(service, "DescribeInstancePatches", { InstanceId: LATE })).length,
    rows(call(service, "ListInventoryEntries", { InstanceId: LATE, TypeName: "AWS:PatchSummary" })).length,
  ];
  const withInventory: Fleet = {
    ...sample,
    inventory: new Map([[LATE, new Map([["AWS:PatchSummary", { Entries: [{ MissingCount: "1" }] }]])]]),
  };

  it("is not in any answer until it arrives, but the node is", () => {
    const service = standIn(withInventory);
    expect(seen(service)).to.deep.equal([0, 0, 0, 0, 0]);
    const Filters = [{ Key: "InstanceIds", Values: [LATE] }];
    expect(rows(call(service, "DescribeInstanceInformation", { Filters }))).to.have.length(1);
    service.showDataOf(LATE);
    expect(seen(service)).to.deep.equal([1, 6, 1, 6, 1]);
  });

  it("arrives when it is due, and not after the service is closed", async () => {
    const [service, closed] = [standIn(), standIn()];
    closed.expectData(LATE, 1);
    closed.close();
    await new Promise<void>((resolve) => {
      service.expectData(LATE, 1);
      // Timers of the same delay fire in order, and this one keeps the process alive.
      setTimeout(resolve, 1);
    });
    expect([seen(service)[0], seen(closed)[0]]).to.deep.equal([1, 0]);
  });

  it("does not shift the pages of a list that is being read", () => {
    const service = standIn();
    const place = sample.complianceSummaries.findIndex(({ ResourceId }) => ResourceId === LATE);
    const first = call(service, "ListResourceComplianceSummaries", { MaxResults: place + 1 });
    service.showDataOf(LATE);
    const { NextToken } = first;
    const rest = call(service, "ListResourceComplianceSummaries", { NextToken });
    const keys = [...rows(first), ...rows(rest)].map((row) =>
      JSON.stringify([row["ResourceId"], row["ComplianceType"]]),
    );
    expect(new Set(keys).size).to.equal(keys.length);
    expect(keys).to.have.length(sample.complianceSummaries.length - 1);
  });
});
